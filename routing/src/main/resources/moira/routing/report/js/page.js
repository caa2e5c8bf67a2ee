// Fills the page.
function sum(rows, key) {
  return rows.reduce((total, row) => total + (row[key] ?? 0), 0);
}

function fillFacts() {
  const values = { k: K, experts: E, chanceFirst: percent(CHANCE.first, 2), chanceAny: percent(CHANCE.any, 2), chanceToken: percent(CHANCE.token, 2), chancePair: percent(CHANCE.pair, 2) };
  document.querySelectorAll('[data-fact]').forEach(node => { node.textContent = values[node.dataset.fact]; });
  byId('lede').textContent = `${E} experts in a layer, ${K} for each token; ${count(sum(RUN.domains, 'tokens'))} tokens of ${RUN.domains.length} domains, `
    + `${LAYERS.length} of ${RUN.model_layers ?? LAYERS.length} layers.`;
  const facts = [
    ['Model', RUN.model], ['Architecture', RUN.architecture], ['Model fingerprint', RUN.fingerprint], ['Experts, chosen per token', `${E}, ${K}`],
    ['Layers', `${LAYERS.length} of ${RUN.model_layers ?? LAYERS.length} traced`], ['Phase', RUN.phase], ['Trace', RUN.complete === false ? 'incomplete' : 'complete'], ['Arithmetic', RUN.arithmetic], ['Weights', RUN.weight],
    ['Near ties (margin below 0.001)', RUN.near_ties == null ? null : percent(RUN.near_ties, 3)], ['Bootstrap, permutations', `${RUN.bootstrap}, ${RUN.permutations}`], ['Seed', RUN.seed], ['Moira', RUN.moira_version], ['Corpus', [RUN.corpus].flat().filter(path => typeof path === 'string').join(', ')],
    ['Chance: expert share, first repeats', percent(CHANCE.first, 2)], ['Chance: an expert in common', percent(CHANCE.any, 2)], ['Chance: token has the expert', percent(CHANCE.token, 2)],
  ];
  byId('facts').append(...facts.filter(([, value]) => value != null && value !== '').map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, typeof value === 'number' ? count(value) : String(value)))));
}

function fillCorpus() {
  const row = (name, domain, cell) => element('tr', {}, element('th', { scope: 'row' }, name),
    ...['documents', 'sources', 'tokens'].map(key => element(cell, {}, domain[key] == null ? '–' : count(domain[key]))));
  const total = Object.fromEntries(['documents', 'sources', 'tokens'].map(key => [key, sum(RUN.domains, key)]));
  byId('corpus').append(
    element('thead', {}, element('tr', {}, ...['Domain', 'Windows', 'Texts', 'Tokens'].map(name => element('th', { scope: 'col' }, name)))),
    element('tbody', {}, ...RUN.domains.map(domain => row(domain.domain, domain, 'td'))),
    element('tfoot', {}, row('all', total, 'td')));
}

function fillSummary() {
  const { headline, details } = VERDICT?.model_verdict ?? { headline: 'No verdict was written.', details: [] };
  byId('verdict').append(element('p', {}, element('strong', {}, headline)), element('ul', {}, ...details.map(text => element('li', {}, text))));
  byId('answers').append(...DATA.summary.map(({ topic, claims, text }) =>
    element('div', { 'data-claims': claims }, element('dt', {}, topic), element('dd', {}, text))));
  byId('limits').append(...[...DATA.limits, ...DATA.cuts].map(text => element('li', {}, text)));
}

fillFacts();
fillCorpus();
fillSummary();
fillVerdict();
fillTraps();
fillTraining();
repetitionTable(byId('repetitions'));
mountPassages(byId('passages'));
const figures = { ...SECTION_FIGURES, ...VERDICT_FIGURES, ...DETAIL_FIGURES, ...TRAINING_FIGURES };
document.querySelectorAll('[data-figure]').forEach(node => mount(node, figures[node.dataset.figure]));
followTheme(redrawFigures);
followWidth();
preparePrint();
addEventListener('scroll', hideTip, { passive: true });
redrawFigures().then(() => { document.documentElement.dataset.ready = 'true'; });
