// The figures of the main part.
const ofLayer = layer => `Layer ${layer}`;
const layerOptions = name => layersOf(name).map(layer => [String(layer), ofLayer(layer)]);

/** "first, middle, last", as in the paper, or any one layer. */
function paperLayerControl(name) {
  const paper = DATA.paper_layers;
  return { key: 'layers', label: 'Layers', options: [[paper.join(), `${paper.join(', ')} (first, middle, last)`], ...layerOptions(name)] };
}

const chosenLayers = state => state.layers.split(',').map(Number);
const withRandom = (rows, value, low, high, random) => rows.map(row => ({ ...row, value: row[value], low: row[low], high: row[high], random: random(row) }));

function shareFigure(title, choices) {
  return {
    title, specification: 'share', exists: () => table('expert_share').length > 0,
    controls: [paperLayerControl('expert_share')],
    narrowest: () => E * DOMAINS.length * 3,
    build(state, width) {
      const rows = table('expert_share').filter(row => chosenLayers(state).includes(row.layer) && choices.includes(row.choices));
      const top = Math.max(...rows.map(row => Math.max(row.share, row.ci_high ?? 0)), CHANCE.first);
      const panels = chosenLayers(state).flatMap(layer => choices.map(choice => ({
        title: choices.length > 1 ? `${ofLayer(layer)} · ${choice}` : ofLayer(layer),
        values: rows.filter(row => row.layer === layer && row.choices === choice),
        holes: { top, chance: CHANCE.first, shareTitle: hole => hole.outer ? 'selection proportion' : null, whisker: E * DOMAINS.length > 128 ? .3 : .75, bandPadding: choices.length > 1 ? .15 : .22 },
      })).filter(panel => panel.values.length > 0));
      const wide = E * DOMAINS.length <= 64 && width > 640;
      return { panels, columns: wide ? Math.min(3, choices.length) : 1, height: choices.length > 1 ? 140 : 170 };
    },
  };
}

/** The repetition that independent tokens would have with the layer's first choices: the mean over domains of the sum of squared shares. */
function repetitionByLoad() {
  const sums = new Map();
  table('expert_share').filter(row => row.choices === 'first')
    .forEach(row => sums.set(row.layer, (sums.get(row.layer) ?? 0) + row.share ** 2 / DOMAINS.length));
  return sums;
}

function divergencePanel(choices) {
  const rows = table('divergence').filter(row => row.choices === choices);
  const adjusted = layer => DATA.holm[choices][layer];
  return {
    title: choices === 'either' ? 'All choices' : 'First choice',
    values: rows.map(row => ({ ...row, holm: adjusted(row.layer), verdict: row.p_value == null || adjusted(row.layer) == null ? 'not tested' : adjusted(row.layer) < .05 ? 'p < 0.05' : 'chance' })),
  };
}

/** Where a heat map's legend has room. */
const sideOf = width => width > 560 ? 'right' : 'bottom';

/** A heat map: rows of {row, column, value, mark}, coloured away from or upwards of a middle value. */
function matrixPanel(title, values, { rowTitle, columnTitle, rows, columns, valueTitle, middle, digits, angle = 0, legendSide, format = '.1%', legendFormat = '.0%' }) {
  const most = Math.max(...values.map(cell => cell.value), middle * 1.1, 1e-6);
  const small = rows.length * columns.length <= 256;
  const cells = values.map(cell => ({
    ...cell, text: small ? digits(cell.value) + (cell.mark ?? '') : '',
    strong: cell.value > middle + .55 * (most - middle) || cell.value < .4 * middle,
  }));
  return { title, values: cells, holes: {
    rowTitle, columnTitle, valueTitle, rows, columns, legendFormat, angle, legendSide, overlap: columns.length > 16, scale: middle > 0 ? [0, middle, most] : [0, most],
    ramp: ink => middle > 0 ? [ink.low, ink.middle, ink.high] : [ink.middle, ink.low],
    tooltip: [{ field: 'row' }, { field: 'column' }, { field: 'value', title: valueTitle, format }, ...Object.keys(values[0] ?? {}).filter(key => !['row', 'column', 'value', 'mark'].includes(key)).map(field => ({ field }))],
  } };
}

const SECTION_FIGURES = {
  share: shareFigure('Expert share by domain, all choices', ['either']),
  choices: shareFigure('Expert share by domain and choice', ['either', 'first', 'second', 'third'].slice(0, 1 + Math.max(1, K))),
  repetition: {
    title: 'Repetition of experts between neighbouring tokens, by layer', specification: 'lines', exists: () => table('repetition').length > 0,
    build(_, width) {
      const byLoad = repetitionByLoad();
      const rows = table('repetition');
      return {
        columns: width > 640 ? 2 : 1, height: 240,
        panels: [
          { title: 'Same first expert', holes: { valueTitle: 'pairs of tokens', format: '.0%' },
            values: withRandom(rows, 'first', 'first_ci_low', 'first_ci_high', () => CHANCE.first).map(row => ({ ...row, load: byLoad.get(row.layer) ?? null })) },
          { title: 'An expert in common', holes: { valueTitle: 'pairs of tokens', format: '.0%' },
            values: withRandom(rows, 'any', 'any_ci_low', 'any_ci_high', () => CHANCE.any).map(row => ({ ...row, load: null })) },
        ],
      };
    },
  },
  divergence: {
    title: 'Divergence of the domains by layer, against shuffled labels', specification: 'divergence',
    exists: () => table('divergence').length > 0,
    build: (_, width) => ({ columns: width > 640 ? 2 : 1, height: 220, panels: ['either', 'first'].map(divergencePanel).filter(panel => panel.values.length > 0) }),
  },
  pairs: {
    title: 'Divergence of every two domains', specification: 'matrix', exists: () => table('domain_pairs').length > 0,
    get controls() { return [{ key: 'layer', label: 'Layer', options: layerOptions('domain_pairs') }, { key: 'choices', label: 'Choices', options: [['either', 'all'], ['first', 'first']] }]; },
    build(state, width) {
      const rows = table('domain_pairs').filter(row => String(row.layer) === state.layer && row.choices === state.choices);
      const cells = rows.flatMap(row => [[row.domain_a, row.domain_b], [row.domain_b, row.domain_a]].map(([a, b]) => ({
        row: a, column: b, value: row.jsd_bits, mark: row.p_value < .05 ? '*' : '', 'null mean': row.null_mean, p: row.p_value })));
      const size = Math.min(width - (sideOf(width) === 'right' ? 220 : 125), 60 * DOMAINS.length);
      return {
        plotWidth: Math.max(size, 170), height: Math.max(120, Math.min(size, 34 * DOMAINS.length)),
        panels: [matrixPanel(ofLayer(state.layer), cells, { rowTitle: null, columnTitle: null, rows: DOMAINS, columns: DOMAINS, valueTitle: 'divergence (bits)', middle: 0, angle: -40, legendSide: sideOf(width),
          digits: value => width > 560 ? value.toFixed(3).replace(/^0/, '') : '', format: '.3~g', legendFormat: '.2~g' })],
      };
    },
  },
  binding: {
    title: 'Occurrences that go to their token\u2019s favourite expert, by layer', specification: 'binding', exists: () => DATA.binding.length > 0,
    build: (_, width) => ({
      columns: width > 640 ? 2 : 1, height: 200,
      panels: [['input', 'By the token itself'], ['next', 'By the token that follows']].map(([by, title]) => ({ title, values: DATA.binding.filter(row => row.by === by) })),
    }),
  },
  words: {
    title: 'Tokens most and least bound to one expert', specification: 'words', exists: () => table('words').length > 0,
    get controls() { return [{ key: 'layer', label: 'Layer', options: layerOptions('words') }, { key: 'by', label: 'Token', options: [['input', 'itself'], ['next', 'that follows']] }]; },
    build(state, width) {
      const rows = table('words').filter(row => String(row.layer) === state.layer && row.by === state.by);
      return {
        columns: width > 700 ? 2 : 1, height: 290, room: { ...ROOM, left: 110, column: 100 },
        panels: [['most', 'Most bound'], ['least', 'Least bound']].map(([bound, title]) => {
          const values = rows.filter(row => row.bound === bound).sort((a, b) => bound === 'most' ? b.low - a.low : a.high - b.high)
            .map(row => ({ ...row, text: `${row.expert}  (${count(row.hits)}/${count(row.n)})` }));
          return { title: `${ofLayer(state.layer)} · ${title.toLowerCase()}`, values, holes: { chance: CHANCE.first, pieces: values.map(row => row.piece) } };
        }).filter(panel => panel.values.length > 0),
      };
    },
  },
};
