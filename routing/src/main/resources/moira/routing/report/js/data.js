// What the page was given.
const DATA = JSON.parse(document.getElementById('data').textContent);
const SPECIFICATIONS = JSON.parse(document.getElementById('specifications').textContent);
const RUN = DATA.run;
const E = RUN.experts;
const K = RUN.experts_per_token;
const DOMAINS = DATA.drawn_domains;
const LAYERS = RUN.layers;

function choose(n, k) {
  let product = 1;
  for (let i = 0; i < k; i++) product *= (n - i) / (k - i);
  return n < k ? 0 : product;
}

/** What uniform routing gives: see "Measures, exactly" in the design. */
const CHANCE = { first: 1 / E, any: 1 - choose(E - K, K) / choose(E, K), token: K / E, pair: E > 1 ? (K - 1) / (E - 1) : 0 };

/** Why there is no such table. */
const missingReason = name => RUN.missing?.find(entry => entry.table === name)?.reason;
