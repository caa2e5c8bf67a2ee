// What fakes specialisation, or hides it.
const known = (value, text) => value == null ? '–' : text(value);

function traitsTable(node) {
  fillTable(node, ['Domain', 'Texts', 'Tokens', 'of them in other domains too', 'Script', 'in another script'], (VERDICT?.domains ?? []).map(domain => [
    domain.domain, count(domain.sources), count(domain.tokens), percent(domain.shared_vocabulary), domain.script ?? '–', percent(domain.other_script)]));
}

/** Found shares beside the smallest that could have shown. */
function effectsTable(node) {
  const terms = VERDICT?.model_verdict.terms ?? [];
  if (terms.length === 0) {
    node.remove();
    return;
  }
  fillTable(node, ['Cue', 'Share found', 'Smallest that could show', 'Holds in layers'], terms.map(term => [
    term.name, percent(term.share), percent(term.smallest_effect, 2), term.standing === 'untested' ? 'could not be tested' : `${term.holds_in} of ${term.layers}`]));
}

function duplicatesList(node) {
  const kinds = { repeated: 'repeats', prefix: 'begins like' };
  const examples = RUN.duplicates ?? [];
  node.append(...examples.slice(0, 12).map(example => element('li', {},
    `${example.source} (${example.domain}) ${kinds[example.kind]} ${example.of_source} (${example.of_domain}).`)));
}

function firstTokenTable(node) {
  if (DATA.first_token.length === 0) {
    node.replaceWith(element('p', { class: 'absent' }, 'Not there: it takes routing by token.'));
    return;
  }
  const shown = DATA.first_token.filter(row => DATA.paper_layers.includes(row.layer));
  fillTable(node, ['Layer', 'First tokens', 'Distance', 'by chance', 'Their expert', 'gets of them', 'gets of others'], shown.map(row => [
    ofLayer(row.layer), count(row.tokens), row.distance.toFixed(3), row.chance.toFixed(3), String(row.expert), percent(row.share), percent(row.elsewhere)]));
}

function missingList(node) {
  const missing = RUN.missing ?? [];
  if (missing.length === 0) return;
  node.append(element('h3', {}, 'What this trace does not allow'), element('ul', { class: 'limits' }, ...missing.map(entry =>
    element('li', {}, element('code', {}, entry.table), `: ${entry.reason}`))));
}

function fillTraps() {
  traitsTable(byId('traits'));
  effectsTable(byId('effects'));
  const facts = [
    ['Repeated documents', RUN.repeated_documents], ['Shared beginnings', RUN.shared_prefixes], ['Near ties (margin below 0.001)', known(RUN.near_ties, value => percent(value, 3))],
    ['Assignments dropped by the source', known(RUN.origin?.dropped, count)], ['Trace', RUN.complete === false ? 'incomplete' : 'complete'], ['Phase', RUN.phase],
  ];
  byId('trap-facts').append(...facts.filter(([, value]) => value != null && value !== '').map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, String(value)))));
  duplicatesList(byId('duplicates'));
  firstTokenTable(byId('first-token'));
  missingList(byId('missing'));
}
