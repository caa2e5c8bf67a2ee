// A training over its steps: sections that its own page and a model's report share.
const TRAINING = DATA.training ?? null;
const probeSteps = () => TRAINING.probes.map(probe => probe.step);
const trainingDomains = () => TRAINING.domains.map(domain => domain.domain);
const trainingLayers = () => [...new Set(table('training').filter(row => row.layer != null).map(row => row.layer))].sort((a, b) => a - b);
const pointsOfTraining = measure => table('training').filter(row => row.measure === measure);

/** Layers from the first to the last as a scale of colour, which stays off the colour of the paper. */
function layerColours(dark) {
  const n = trainingLayers().length;
  const ramp = vega.scheme('viridis');
  const [from, to] = dark ? [.3, 1] : [0, .85];
  return trainingLayers().map((_, i) => ramp(n === 1 ? from : from + (to - from) * i / (n - 1)));
}

/** Powers of two, thinned to what fits, and 0. */
function stepTicks(width) {
  const last = Math.max(...probeSteps(), 1);
  const powers = Array.from({ length: Math.floor(Math.log2(last)) + 1 }, (_, i) => 2 ** i);
  const every = Math.max(1, Math.ceil(powers.length / (width / 42)));
  return [0, ...powers.filter((_, i) => i % every === 0)];
}

function thinnedLegend(names, width, entry) {
  const every = Math.ceil(names.length / 16);
  return { ...legendOf(width, entry), values: names.filter((_, i) => i % every === 0), symbolType: 'circle', symbolFillColor: null };
}

const byLayer = {
  title: 'layer', names: () => trainingLayers().map(layer => `layer ${layer}`), colours: layerColours, of: row => `layer ${row.layer}`, entry: 85,
};

const BATCHES = 'training batches';
const byDomain = {
  title: 'texts', names: () => [...trainingDomains(), BATCHES], of: row => row.domain, entry: 165,
  colours: dark => [...trainingDomains().map((_, i) => (dark ? DOMAIN_DARK : DOMAIN_LIGHT)[i % DOMAIN_LIGHT.length]), inks(dark).ink],
};

/** @param shown what is drawn of a row; its interval is scaled alike */
function coursePanel(title, series, rows, { unit, format, zero = false, band = .12, pointSize = 22, shown = row => row.value }, width, dark) {
  const values = rows.filter(row => row.value != null).map(row => {
    const scale = row.value === 0 ? 1 : shown(row) / row.value;
    const scaled = value => value == null ? null : value * scale;
    return { ...row, series: series.of(row), shown: shown(row), ci_low: scaled(row.ci_low), ci_high: scaled(row.ci_high), filled: row.holds !== false };
  });
  const last = Math.max(...probeSteps(), ...values.map(row => row.step), 1);
  return { title, values, holes: {
    valueTitle: unit, format, zero, band_opacity: band, pointSize, span: [0, last], ticks: stepTicks(Math.min(width, 460)),
    series: series.names(), seriesColours: series.colours(dark), seriesTitle: series.title, seriesLegend: thinnedLegend(series.names(), width, series.entry),
  } };
}

function courseFigure(title, measures, { columns = 2, height = 220, controls = [] } = {}) {
  return {
    title, specification: 'course', table: 'training', controls,
    exists: () => measures({}).some(([, measure]) => pointsOfTraining(measure).length > 0),
    build: (state, width, dark) => ({
      columns: width > 640 ? columns : 1, height,
      panels: measures(state).map(([label, measure, options]) => coursePanel(label, byLayer, pointsOfTraining(measure), options, width, dark))
        .filter(panel => panel.values.length > 0),
    }),
  };
}

const SATURATION = { unit: 'as in the last model', format: '.0%', zero: true };
const PAIRS = { unit: 'pairs of tokens', format: '.0%', zero: true };

function entropies() {
  return new Map(pointsOfTraining('entropy').map(row => [`${row.step} ${row.layer}`, row.value]));
}

function cueOptions(state) {
  if (state.as !== 'share') return { unit: 'bits', format: '.2~f', zero: true, band: .1 };
  const entropy = entropies();
  return { unit: 'share of H(X)', format: '.0%', zero: true, band: .1, shown: row => row.value / entropy.get(`${row.step} ${row.layer}`) };
}

const sharedSteps = () => [...new Set(table('training_share').map(row => row.step))].sort((a, b) => a - b);

const TRAINING_FIGURES = TRAINING === null ? {} : {
  saturation: courseFigure('Choices of experts that are those of the last model', () => [
    [`All ${TRAINING.experts_per_token} choices`, 'saturation', SATURATION], ['First choice', 'saturation_first', SATURATION]]),
  cues: courseFigure('What each cue tells of the expert, over training', state => [
    ['Vocabulary', 'token', cueOptions(state)], ['Topic beyond vocabulary', 'domain|token', cueOptions(state)],
    ['The domain alone', 'domain', cueOptions(state)], ['Neighbour', 'previous_choice', cueOptions(state)]],
  { controls: [{ key: 'as', label: 'Shown as', options: [['bits', 'bits'], ['share', 'share of H(X)']] }] }),
  parting: courseFigure('Divergence of the domains, over training', () => [['All domains', 'divergence', { unit: 'divergence (bits)', format: '.2~f', zero: true }]], { columns: 1, height: 260 }),
  neighbours: courseFigure('Repetition of experts between neighbouring tokens, over training', () => [
    ['Same first expert', 'repetition_first', PAIRS], ['An expert in common', 'repetition_any', PAIRS]]),
  loads: courseFigure('Load of the experts, over training', () => [
    ['Busiest expert', 'load_max_over_mean', { unit: 'load over mean load', format: '.2~f' }],
    ['Spread', 'load_variation', { unit: 'coefficient of variation', format: '.2~f' }],
    ['Entropy', 'load_entropy', { unit: 'bits', format: '.3~f' }],
    ...pointsOfTraining('dead_experts').some(row => row.value > 0) ? [['Unused', 'dead_experts', { unit: 'experts', format: '.2~f' }]] : []]),
  shares: {
    title: 'Expert share by domain, while it forms', specification: 'share', table: 'training_share',
    exists: () => table('training_share').length > 0,
    get controls() { return [{ key: 'layer', label: 'Layer', options: trainingLayers().map(layer => [String(layer), `Layer ${layer}`]).reverse() }]; },
    narrowest: () => TRAINING.experts * trainingDomains().length * 2.5,
    build(state, width, dark) {
      const rows = table('training_share').filter(row => String(row.layer) === state.layer);
      const top = Math.max(...rows.map(row => Math.max(row.share, row.ci_high ?? 0)));
      const bars = TRAINING.experts * trainingDomains().length;
      return {
        columns: bars <= 64 && width > 640 ? 2 : 1, height: 130,
        panels: sharedSteps().map(step => ({
          title: `Layer ${state.layer} · step ${count(step)}`, values: rows.filter(row => row.step === step),
          holes: { top, chance: 1 / TRAINING.experts, shareTitle: hole => hole.outer ? 'selection proportion' : null, whisker: bars > 128 ? .3 : .6, bandPadding: .2,
            domains: trainingDomains(), colours: byDomain.colours(dark).slice(0, -1), legend: legendOf(width, 165) },
        })),
      };
    },
  },
  losses: {
    title: 'Loss over training', specification: 'course', table: 'training_loss', exists: () => pointsOfTraining('loss').length > 0,
    build(_, width, dark) {
      const bins = (value, low, high) => table('training_loss').map(row => ({
        step: row.step, tokens: row.tokens, domain: BATCHES, value: row[value], ci_low: row[low] ?? null, ci_high: row[high] ?? null, chance: value === 'balance' ? 1 : null, by_load: null }));
      const nats = { unit: 'nats a token', format: '.2~f' };
      return {
        columns: width > 640 ? 2 : 1, height: 240,
        panels: [
          coursePanel('Held-out texts', byDomain, pointsOfTraining('loss'), nats, width, dark),
          coursePanel('Batches', byDomain, bins('loss', 'loss_low', 'loss_high'), { ...nats, pointSize: 2, band: .2 }, width, dark),
          coursePanel('Balance loss', byDomain, bins('balance'), { unit: 'ratio', format: '.3~f', pointSize: 2 }, width, dark),
          coursePanel('Busiest expert of the batches, over layers', byDomain, bins('max_over_mean'), { unit: 'load over mean load', format: '.2~f', pointSize: 2 }, width, dark),
        ].filter(panel => panel.values.length > 0),
      };
    },
  },
};

function milestonesTable(node) {
  const step = value => value == null ? '–' : count(value);
  fillTable(node, ['From step', 'half of the choices', '90\u00a0% of them', 'half of the vocabulary', 'half of the topic', 'domains differ'],
    TRAINING.milestones.map(one => [`Layer ${one.layer}`, ...[one.half, one.most, one.vocabulary, one.topic, one.divergence].map(step)]));
}

const storyOf = () => [element('p', {}, element('strong', {}, TRAINING.headline)), element('ul', {}, ...TRAINING.details.map(text => element('li', {}, text)))];

/** Fills the sections, or takes them away where no training is told of. */
function fillTraining() {
  if (TRAINING === null) {
    document.querySelectorAll('.training').forEach(section => section.remove());
    return;
  }
  const facts = { first: percent(1 / TRAINING.experts, 2), chosen: percent(TRAINING.experts_per_token / TRAINING.experts, 2) };
  document.querySelectorAll('[data-training]').forEach(node => { node.textContent = facts[node.dataset.training]; });
  byId('training-story').append(...byId('story') ? [] : [...storyOf(), element('ul', { class: 'limits' }, ...TRAINING.notes.map(text => element('li', {}, text)))]);
  milestonesTable(byId('milestones'));
}
