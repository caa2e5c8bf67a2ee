// Fills the page of the comparison.
const MEASURES = [
  ['domain|token', 'Topic beyond vocabulary', 'value'], ['token', 'Vocabulary', 'value'], ['domain', 'Domain alone', 'value'], ['previous_choice', 'Neighbour', 'value'],
  ['divergence', 'Divergence, of full separation', 'value'], ['repetition_first', 'First repeats, times chance', 'ratio'], ['load_max_over_mean', 'Busiest expert, times uniform', 'ratio'],
];
const MEASURE_NAMES = { ...Object.fromEntries(MEASURES), repetition_any: 'An expert in common' };

function meanCell(model, [measure, , field]) {
  const value = model.means[measure]?.[field];
  return value == null ? '–' : field === 'ratio' ? value.toFixed(2) : percent(value, 2);
}

function modelsTable() {
  const shown = MEASURES.filter(([measure, , field]) => MODELS.some(model => model.means[measure]?.[field] != null));
  fillTable(byId('models'), ['Model', 'E, k', 'Layers', 'Tokens', ...shown.map(([, title]) => title)], MODELS.map(model => [
    model.name, `${model.experts}, ${model.experts_per_token}`, `${model.layers} of ${model.model_layers}`, count(model.tokens), ...shown.map(measure => meanCell(model, measure))]));
}

function answers() {
  byId('models-in-words').append(...MODELS.map(model => element('div', {}, element('dt', {}, model.name),
    element('dd', {}, element('strong', {}, `Experts: ${model.has_experts}. `), model.verdict.headline, ' ',
      element('a', { href: `${encodeURIComponent(model.name)}/report.html` }, 'Its report.'),
      ...model.verdict.details.length ? [element('details', {}, element('summary', {}, 'The verdict'), element('ul', {}, ...model.verdict.details.map(text => element('li', {}, text))))] : []))));
  byId('warnings').append(...DATA.comparison.warnings.map(text => element('li', {}, text)));
  if (DATA.comparison.warnings.length === 0) byId('warnings').remove();
}

function gaps() {
  byId('missing').append(...MODELS.map(model => element('div', {}, element('dt', {}, model.name), element('dd', {}, element('ul', { class: 'limits' },
    ...model.missing.map(({ measure, reason }) => element('li', {}, `${MEASURE_NAMES[measure] ?? measure}: not there, ${reason}.`)),
    ...model.caveats.map(caveat => element('li', {}, caveat.words)))))));
}

byId('lede').textContent = `${MODELS.length} models, each against its own chance, layers by relative depth.`;
answers();
modelsTable();
gaps();
document.querySelectorAll('[data-figure]').forEach(node => mount(node, COMPARE_FIGURES[node.dataset.figure]));
followTheme(redrawFigures);
followWidth();
preparePrint();
addEventListener('scroll', hideTip, { passive: true });
redrawFigures().then(() => { document.documentElement.dataset.ready = 'true'; });
