// Figures over the depth of models.
const pointsOf = measure => table('compare').filter(row => row.measure === measure);

/** A panel: {@code field} of the points is drawn, with its interval where that is of the same field. */
function depthPanel(title, measure, field, { unit, format, chance }) {
  const transform = { value: (_, x) => x, excess: (row, x) => x - row.chance, ratio: (row, x) => x / row.chance }[field];
  const values = pointsOf(measure).filter(row => row[field] != null).map(row => ({
    ...row, shown: row[field], low: row.ci_low == null ? null : transform(row, row.ci_low), high: row.ci_high == null ? null : transform(row, row.ci_high) }));
  return { title, values, holes: { valueTitle: unit, format, chance } };
}

function depthFigure(title, panels, control) {
  const made = state => panels(state).filter(panel => panel.values.length > 0);
  return {
    title, specification: 'depth', controls: control ? [control] : [],
    exists: () => (control?.options ?? [[]]).some(([value]) => made({ as: value }).length > 0),
    build: (state, width) => ({ columns: width > 640 ? 2 : 1, height: 210, panels: made(state) }),
  };
}

const SHARE = { unit: 'share of H(X)', format: '.2~%', chance: 0 };
const RATIO = { unit: 'times chance', format: '.2~f', chance: 1 };
const POINTS = { unit: 'above chance', format: '+.2~%', chance: 0 };

const COMPARE_FIGURES = {
  explains: depthFigure('What each cue tells of the expert', () => [
    depthPanel('Vocabulary', 'token', 'value', SHARE), depthPanel('Topic beyond vocabulary', 'domain|token', 'value', SHARE),
    depthPanel('The same, from counts of tokens known by document: an upper bound', 'domain|token_by_counts', 'value', SHARE),
    depthPanel('The domain alone', 'domain', 'value', SHARE), depthPanel('Neighbour', 'previous_choice', 'value', SHARE)]),
  divergence: depthFigure('Divergence of the domains', () => [
    depthPanel('As a part of full separation', 'divergence', 'value', { unit: 'of full separation', format: '.2~%', chance: 0 }),
    depthPanel('Over shuffled labels', 'divergence', 'excess', { unit: 'above chance', format: '.2~%', chance: 0 })]),
  repetition: depthFigure('Repetition between neighbouring tokens', state => [
    depthPanel('Same first expert', 'repetition_first', state.as, state.as === 'ratio' ? RATIO : POINTS),
    depthPanel('An expert in common', 'repetition_any', state.as, state.as === 'ratio' ? RATIO : POINTS)],
  { key: 'as', label: 'Shown as', options: [['ratio', 'times chance'], ['excess', 'percentage points']] }),
  load: depthFigure('Imbalance of the load', () => [depthPanel('Busiest expert', 'load_max_over_mean', 'ratio', { ...RATIO, unit: 'times a uniform router' })]),
};
