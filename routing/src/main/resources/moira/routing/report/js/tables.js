// The tables that the page was given, decoded into rows.
const decoded = new Map();

/** The rows of a table, as objects; none where the analysis has no such table. */
function table(name) {
  if (!decoded.has(name)) decoded.set(name, decode(DATA.tables[name] ?? {}));
  return decoded.get(name);
}

function decode(columns) {
  const names = Object.keys(columns);
  const arrays = names.map(name => Array.isArray(columns[name]) ? columns[name] : columns[name].codes.map(code => columns[name].values[code]));
  return (arrays[0] ?? []).map((_, row) => Object.fromEntries(names.map((name, i) => [name, arrays[i][row]])));
}

/** The layers that a table was kept for. */
function layersOf(name) {
  return [...new Set(table(name).map(row => row.layer))].sort((a, b) => a - b);
}
