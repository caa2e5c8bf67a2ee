// What the comparison was given. Its figures have models for series where the report has domains.
const DATA = JSON.parse(document.getElementById('data').textContent);
const SPECIFICATIONS = JSON.parse(document.getElementById('specifications').textContent);
const MODELS = DATA.comparison.models;
const DOMAINS = MODELS.map(model => model.name);
const LAYERS = [];
const E = 0;
const missingReason = () => 'none of these analyses has it (see below)';
