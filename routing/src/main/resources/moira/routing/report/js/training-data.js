// What the page of a training was given.
const DATA = JSON.parse(document.getElementById('data').textContent);
const SPECIFICATIONS = JSON.parse(document.getElementById('specifications').textContent);
const DOMAINS = DATA.training.domains.map(domain => domain.domain);
const LAYERS = DATA.training.layers;
const E = DATA.training.experts;
const missingReason = () => 'the training did not record it';
