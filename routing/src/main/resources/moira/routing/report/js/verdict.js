// Topic, vocabulary or neighbour; and syntax.
const VERDICT = DATA.verdict;
const TERM_NAMES = { token: 'token', 'domain|token': 'domain, given the token', domain: 'domain', previous_choice: 'expert of the token before',
  previous_token: 'token before', 'token|domain': 'token, given the domain', position: 'position', class: 'class of the token' };
const TERM_ORDER = Object.keys(TERM_NAMES);
const termsOf = (layer, kinds) => kinds.flatMap(kind => layer[kind]);
const verdictLayers = () => VERDICT?.layers ?? [];

/** A panel of the terms of one kind: {@code terms} are weighed, those {@code beside} are not. Both share one legend. */
function termsPanel(title, kind, width, dark) {
  const values = verdictLayers().flatMap(layer => layer[kind].map(term => ({
    ...term, layer: layer.layer, term: TERM_NAMES[term.quantity], state: term.standing === 'holds' ? 'holds' : 'does not' })));
  const quantities = TERM_ORDER.filter(quantity => verdictLayers().some(layer => termsOf(layer, ['terms', 'beside']).some(term => term.quantity === quantity)));
  return { title, values, holes: {
    legend: legendOf(width, 190), terms: quantities.map(quantity => TERM_NAMES[quantity]), termColours: quantities.map(quantity => termColour(quantity, dark)),
    termShapes: quantities.map(quantity => SHAPES[TERM_ORDER.indexOf(quantity)]),
  } };
}

const termColour = (quantity, dark) => (dark ? DOMAIN_DARK : DOMAIN_LIGHT)[TERM_ORDER.indexOf(quantity)];

const VERDICT_FIGURES = {
  information: {
    title: 'What each cue tells of the expert, by layer', specification: 'terms', table: 'information',
    exists: () => verdictLayers().some(layer => layer.terms.length > 0),
    build: (_, width, dark) => ({
      columns: width > 640 ? 2 : 1, height: 240, room: { ...ROOM, row: 110 },
      panels: [['Weighed by the verdict', 'terms'], ['For comparison', 'beside']].map(([title, kind]) => termsPanel(title, kind, width, dark)).filter(panel => panel.values.length > 0),
    }),
  },
  syntax: {
    title: 'Classes of tokens and their favourite expert', specification: 'classes', table: 'syntax_class', exists: () => table('syntax_class').length > 0,
    get controls() { return [{ key: 'layer', label: 'Layer', options: layerOptions('syntax_class') }]; },
    build(state, width) {
      const values = table('syntax_class').filter(row => String(row.layer) === state.layer)
        .map(row => ({ ...row, name: row.class.replaceAll('_', ' '), right: row.ci_high ?? row.share, text: `${row.top_expert}  (${count(row.occurrences)})` }))
        .sort((a, b) => b.share - a.share);
      return {
        height: 26 * values.length, room: { ...ROOM, left: 140 }, plotWidth: Math.max(150, Math.min(520, width - 150)),
        panels: [{ title: ofLayer(state.layer), values, holes: { classes: values.map(row => row.name) } }],
      };
    },
  },
};

function termCell(term) {
  if (!term || term.share == null) return '–';
  const interval = term.ci_low == null ? '' : ` ${hundredths(term.ci_low)}–${hundredths(term.ci_high)}`;
  const mark = term.holds ? ' ●' : term.standing === 'untested' ? '' : ' ○';
  return [hundredths(term.share) + mark, element('small', {}, interval)];
}

function layersTable(node) {
  const quantities = TERM_ORDER.filter(quantity => verdictLayers().some(layer => layer.terms.some(term => term.quantity === quantity)));
  fillTable(node, ['Layer', 'H(X), bits', ...quantities.map(quantity => `${TERM_NAMES[quantity]} (%)`), 'ahead'],
    verdictLayers().map(layer => [ofLayer(layer.layer), layer.entropy_bits.toFixed(2),
      ...quantities.map(quantity => termCell(layer.terms.find(term => term.quantity === quantity))), layer.leading.join(', ') || 'none']));
}

/** What the class explains of what the token explains, over the layers. */
function classShare(node) {
  const shares = verdictLayers().flatMap(layer => {
    const [token, classes] = ['token', 'class'].map(quantity => termsOf(layer, ['terms', 'beside']).find(term => term.quantity === quantity));
    return token?.holds && classes?.bits != null ? [{ layer: layer.layer, share: Math.max(0, classes.bits / token.bits) }] : [];
  }).sort((a, b) => a.share - b.share);
  if (shares.length === 0) {
    node.textContent = 'How much of the token’s information is its class is not known: it takes a layer in which the token holds.';
    return;
  }
  const [least, most] = [shares[0], shares.at(-1)];
  node.textContent = `Of what the token tells of its expert, its class alone (digit, bracket, capitalised word…) tells `
    + (shares.length === 1 ? `${percent(most.share)} in layer ${most.layer}.` : `from ${percent(least.share)} (layer ${least.layer}) to ${percent(most.share)} (layer ${most.layer}).`);
}

function exampleCell(row) {
  if (!row) return '–';
  const part = (value, random) => [percent(value), element('small', {}, random == null ? '' : ` load ${percent(random)}`)];
  const whole = row.within == null ? [] : [element('br'), 'pieces ', ...part(row.within, row.random_within)];
  return [`expert ${row.top_expert}: `, ...part(row.share, row.random), ...whole];
}

function examplesTable(node) {
  const rows = table('syntax_example');
  const layers = DATA.paper_layers.filter(layer => rows.some(row => row.layer === layer));
  fillTable(node, ['Example', 'Occurrences', ...layers.map(ofLayer)], [...new Set(rows.map(row => row.example))].map(example => {
    const of = rows.filter(row => row.example === example);
    return [example, count(of[0].occurrences), ...layers.map(layer => exampleCell(of.find(row => row.layer === layer)))];
  }));
}

function fillVerdict() {
  document.querySelectorAll('[data-verdict=expert]').forEach(node => {
    node.textContent = VERDICT?.choices === 'either' ? 'a token’s expert, one of its choices' : 'a token’s first expert';
  });
  if (verdictLayers().length === 0) leaveOut(byId('information'), 'information');
  else layersTable(byId('layers'));
  if (table('syntax_class').length === 0) {
    leaveOut(byId('syntax'), 'syntax_class');
    return;
  }
  classShare(byId('class-share'));
  if (table('syntax_example').length === 0) byId('examples').replaceWith(absent('syntax_example'));
  else examplesTable(byId('examples'));
}
