// The figures that open on demand.
function linesFigure(name, title, measures) {
  return {
    title, specification: 'lines', exists: () => table(name).length > 0,
    build: (_, width) => ({
      columns: width > 640 ? 2 : 1, height: 170,
      panels: measures.filter(([value]) => table(name).some(row => row[value])).map(([value, label, unit, random, format]) => ({
        title: label, holes: { valueTitle: unit, format },
        values: withRandom(table(name), value, `${value}_ci_low`, `${value}_ci_high`, row => random && row[random]).map(row => ({ ...row, load: null })),
      })),
    }),
  };
}

function matrixFigure(name, title, row, column, rowTitle, columnTitle, middle) {
  return {
    title, specification: 'matrix', exists: () => table(name).length > 0,
    get controls() { return [{ key: 'layer', label: 'Layer', options: layerOptions(name) }]; },
    build(state, width) {
      const cells = table(name).filter(cell => String(cell.layer) === state.layer)
        .map(cell => ({ row: cell[row], column: cell[column], value: cell.share, '95 % interval': `${percent(cell.ci_low)} to ${percent(cell.ci_high)}` }));
      const distinct = key => [...new Set(cells.map(cell => cell[key]))].sort((a, b) => typeof a === 'number' ? a - b : DOMAINS.indexOf(a) - DOMAINS.indexOf(b));
      const rows = distinct('row');
      const columns = distinct('column');
      const plotWidth = Math.max(170, Math.min(width - (row === 'domain' ? 120 : 60) - (sideOf(width) === 'right' ? 100 : 0), 52 * columns.length));
      return {
        plotWidth, height: Math.max(90, Math.min(plotWidth, 30 * rows.length)),
        panels: [matrixPanel(ofLayer(state.layer), cells, { rowTitle, columnTitle, rows, columns, valueTitle: 'share of tokens', middle, legendSide: sideOf(width),
          digits: value => plotWidth / columns.length > 26 ? hundredths(value, 0) : '' })],
      };
    },
  };
}

const DETAIL_FIGURES = {
  load: linesFigure('load', 'Load of the experts, by layer', [
    ['max_over_mean', 'Busiest expert', 'load over mean load', 'random_max_over_mean', '.2~f'],
    ['coefficient_of_variation', 'Spread', 'coefficient of variation', 'random_coefficient_of_variation', '.2~f'],
    ['entropy_bits', 'Entropy', 'bits', 'random_entropy_bits', '.3~f'],
    ['dead_experts', 'Unused', 'experts', 'random_dead_experts', '.2~f']]),
  router: linesFigure('router', 'Decisions of the router, by layer', [
    ['mean_entropy', 'Entropy', 'bits', 'random_entropy', '.3~f'],
    ['mean_margin', 'Margin', 'probability', null, '.3~f'],
    ['near_tie_share', 'Near ties', 'decisions', null, '.2~%']]),
  specialization: matrixFigure('domain_specialization', 'Domain specialization (% of tokens)', 'domain', 'expert', null, 'expert', CHANCE.token),
  coactivation: matrixFigure('coactivation', 'Co-activation (% of the row\u2019s tokens)', 'expert', 'other', 'expert', 'also sent to', CHANCE.pair),
  transition: matrixFigure('layer_transition', 'Transition to the next layer (% of the row\u2019s tokens)', 'expert', 'next_expert', 'first expert', 'first expert in the next layer', CHANCE.first),
};
