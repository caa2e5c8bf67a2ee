// Table 5 of the Mixtral paper: domains by choice and layer.
function repetitionTable(node) {
  const rows = table('repetition');
  if (rows.length === 0) {
    node.replaceWith(element('p', { class: 'absent' }, 'This trace has no token pairs.'));
    return;
  }
  const layers = DATA.paper_layers;
  const measures = [['first', 'Same first expert', CHANCE.first], ['any', 'An expert in common', CHANCE.any]];
  const cells = make => measures.flatMap(measure => layers.map(layer => make(measure, layer)));
  node.append(
    element('thead', {},
      element('tr', {}, element('td', {}), ...measures.map(([, title]) => element('th', { colspan: layers.length, scope: 'colgroup' }, title))),
      element('tr', {}, element('th', { scope: 'col' }, 'Domain (%)'), ...cells((_, layer) => element('th', { scope: 'col' }, ofLayer(layer))))),
    element('tbody', {}, ...DOMAINS.map(domain => element('tr', {}, element('th', { scope: 'row' }, domain), ...cells(([key, , chance], layer) =>
      repetitionCell(rows.find(row => row.domain === domain && row.layer === layer), key, chance))))),
    element('tfoot', {}, element('tr', {}, element('th', { scope: 'row' }, 'chance'), ...cells(([, , chance]) => element('td', {}, hundredths(chance))))));
}

function repetitionCell(row, key, chance) {
  if (!row || row[key] == null) return element('td', {}, '–');
  const [low, high] = [row[`${key}_ci_low`], row[`${key}_ci_high`]];
  const mark = low > chance ? ' ▲' : high < chance ? ' ▼' : '';
  const interval = low == null ? '' : ` ${hundredths(low)}–${hundredths(high)}`;
  return element('td', {}, hundredths(row[key]) + mark, element('small', {}, interval));
}
