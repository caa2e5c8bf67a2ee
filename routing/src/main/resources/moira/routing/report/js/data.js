// What the page was given: the run, and the tables decoded into rows.
const DATA = JSON.parse(document.getElementById('data').textContent);
const SPECIFICATIONS = JSON.parse(document.getElementById('specifications').textContent);
const RUN = DATA.run;
const E = RUN.experts;
const K = RUN.experts_per_token;
const DOMAINS = RUN.domains.map(domain => domain.domain);
const LAYERS = RUN.layers;

function choose(n, k) {
  let product = 1;
  for (let i = 0; i < k; i++) product *= (n - i) / (k - i);
  return n < k ? 0 : product;
}

/** What uniform routing gives: see "Measures, exactly" in the design. */
const CHANCE = { first: 1 / E, any: 1 - choose(E - K, K) / choose(E, K), token: K / E, pair: E > 1 ? (K - 1) / (E - 1) : 0 };

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

/** Why there is no such table. */
const missingReason = name => RUN.missing?.find(entry => entry.table === name)?.reason;
