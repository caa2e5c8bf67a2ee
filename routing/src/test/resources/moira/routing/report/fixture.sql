-- The tables of an analysis, computed plainly from the views routing, documents and tokens, with normal intervals over documents.
-- E and k are the variables experts and k.

CREATE TABLE assigned AS
SELECT r.*, d.domain, d.source, t.token, t.piece,
  lead(t.token) OVER (PARTITION BY r.document, r.layer, r.choice ORDER BY r.position) AS next_token,
  lead(t.piece) OVER (PARTITION BY r.document, r.layer, r.choice ORDER BY r.position) AS next_piece
FROM routing r JOIN documents d USING (document) JOIN tokens t USING (document, position) WHERE NOT t.special;

CREATE TABLE chosen AS
SELECT *, 'either' AS choices FROM assigned
UNION ALL SELECT *, CASE choice WHEN 1 THEN 'first' ELSE 'second' END FROM assigned;

CREATE MACRO half(x) AS coalesce(1.96 * stddev_samp(x) / sqrt(count(*)), 0);

CREATE TABLE cells AS
SELECT * FROM (SELECT DISTINCT layer, choices FROM chosen), (SELECT DISTINCT domain, source FROM documents), range(getvariable('experts')) e(expert);

CREATE TABLE source_share AS
SELECT c.layer, c.choices, c.domain, c.source, c.expert, coalesce(n, 0) AS n,
  coalesce(n, 0) / sum(n) OVER (PARTITION BY c.layer, c.choices, c.source) AS share
FROM cells c LEFT JOIN (SELECT layer, choices, source, expert, count(*)::DOUBLE AS n FROM chosen GROUP BY ALL) USING (layer, choices, source, expert);

CREATE TABLE expert_share AS
SELECT layer, choices, domain, expert, sum(n) AS assignments, sum(n) / sum(sum(n)) OVER (PARTITION BY layer, choices, domain) AS share,
  avg(s.share) - half(s.share) AS ci_low, avg(s.share) + half(s.share) AS ci_high, 1 / getvariable('experts') AS random
FROM source_share s GROUP BY layer, choices, domain, expert;

CREATE TABLE neighbours AS
SELECT a.layer, a.domain, a.source, a.document, a.position, bool_or(a.choice = 1 AND b.choice = 1 AND a.expert = b.expert) AS first,
  bool_or(a.expert = b.expert) AS "any", count(*) FILTER (a.expert = b.expert) / getvariable('k') AS overlap
FROM assigned a JOIN assigned b ON a.layer = b.layer AND a.document = b.document AND b.position = a.position + 1 GROUP BY ALL;

CREATE TABLE repetition AS
SELECT layer, domain, sum(pairs)::DOUBLE AS pairs, avg(first) AS first, avg("any") AS "any", avg(overlap) AS overlap,
  1 / getvariable('experts') AS random_first, 13 / 28 AS random_any, getvariable('k') / getvariable('experts') AS random_overlap,
  avg(first) - half(first) AS first_ci_low, avg(first) + half(first) AS first_ci_high,
  avg("any") - half("any") AS any_ci_low, avg("any") + half("any") AS any_ci_high
FROM (SELECT layer, domain, source, count(*) AS pairs, avg(first::INT) AS first, avg("any"::INT) AS "any", avg(overlap) AS overlap
      FROM neighbours GROUP BY layer, domain, source)
GROUP BY layer, domain;

CREATE TABLE domain_specialization AS
SELECT layer, domain, expert, assignments AS tokens, assignments / share / getvariable('k') AS domain_tokens, share * getvariable('k') AS share,
  ci_low * getvariable('k') AS ci_low, ci_high * getvariable('k') AS ci_high, getvariable('k') / getvariable('experts') AS random
FROM expert_share WHERE choices = 'either' AND share > 0;

CREATE TABLE vocabulary_specialization AS
WITH seen AS (
  SELECT 'input' AS "by", layer, choice, expert, token, piece FROM assigned
  UNION ALL SELECT 'next', layer, choice, expert, next_token, next_piece FROM assigned WHERE next_token IS NOT NULL),
occurring AS (SELECT "by", layer, token, count(*)::DOUBLE AS occurrences FROM seen WHERE choice = 1 GROUP BY ALL HAVING count(*) >= 10)
SELECT layer, "by", token, piece, expert, count(*)::DOUBLE AS assignments, occurrences, count(*) / occurrences AS share,
  0.0::DOUBLE AS ci_low, 1.0::DOUBLE AS ci_high, getvariable('k') / getvariable('experts') AS random,
  count(*) FILTER (choice = 1)::DOUBLE AS first_assignments, count(*) FILTER (choice = 1) / occurrences AS first_share
FROM seen JOIN occurring USING ("by", layer, token) GROUP BY layer, "by", token, piece, expert, occurrences;

CREATE TABLE coactivation AS
SELECT layer, expert, other, together, tokens, together / tokens AS share, together / tokens * 0.9 AS ci_low, together / tokens * 1.1 AS ci_high,
  (getvariable('k') - 1) / (getvariable('experts') - 1) AS random
FROM (SELECT a.layer, a.expert, b.expert AS other, count(*)::DOUBLE AS together FROM assigned a JOIN assigned b
      USING (layer, document, position) WHERE a.expert <> b.expert GROUP BY ALL)
JOIN (SELECT layer, expert, count(*)::DOUBLE AS tokens FROM assigned GROUP BY ALL) USING (layer, expert);

CREATE TABLE layer_transition AS
SELECT a.layer, b.layer AS next_layer, a.expert, b.expert AS next_expert, count(*)::DOUBLE AS tokens,
  count(*) / sum(count(*)) OVER (PARTITION BY a.layer, a.expert) AS share, 0.9 * share AS ci_low, 1.1 * share AS ci_high,
  1 / getvariable('experts') AS random
FROM assigned a JOIN assigned b ON a.document = b.document AND a.position = b.position AND b.layer = a.layer + 1 AND a.choice = 1 AND b.choice = 1
GROUP BY a.layer, b.layer, a.expert, b.expert;

CREATE TABLE load AS
SELECT layer, domain, max(share) / avg(share) AS max_over_mean, stddev_pop(share) / avg(share) AS coefficient_of_variation,
  -sum(CASE WHEN share > 0 THEN share * log2(share) ELSE 0 END) AS entropy_bits, count(*) FILTER (assignments = 0)::DOUBLE AS dead_experts,
  0.95 * max(share) / avg(share) AS max_over_mean_ci_low, 1.05 * max(share) / avg(share) AS max_over_mean_ci_high,
  1.04::DOUBLE AS random_max_over_mean, 0.03::DOUBLE AS random_coefficient_of_variation,
  log2(getvariable('experts')) AS random_entropy_bits, 0.0::DOUBLE AS random_dead_experts
FROM expert_share WHERE choices = 'either' GROUP BY layer, domain;

CREATE TABLE router AS
SELECT layer, domain, count(*)::DOUBLE AS decisions, avg(entropy) AS mean_entropy, avg(margin) AS mean_margin,
  avg((margin < 0.001)::INT) AS near_tie_share, log2(getvariable('experts')) AS random_entropy
FROM router_decisions JOIN documents USING (document) GROUP BY layer, domain;

-- The domains' shares, pooled over documents under each labelling: labelling 0 is the true one, the others are permuted.
CREATE TABLE labelling AS
SELECT 0 AS labelling, source, domain FROM documents
UNION ALL SELECT l, s.source, d.domain FROM range(1, 60) x(l), LATERAL (SELECT source, row_number() OVER (ORDER BY hash(source || l)) AS i FROM documents) s
JOIN (SELECT domain, row_number() OVER (ORDER BY document) AS i FROM documents) d USING (i);

CREATE TABLE labelled_share AS
SELECT labelling, layer, choices, l.domain, expert, sum(n) / sum(sum(n)) OVER (PARTITION BY labelling, layer, choices, l.domain) AS share
FROM labelling l JOIN source_share USING (source) WHERE choices IN ('either', 'first') GROUP BY labelling, layer, choices, l.domain, expert;

CREATE MACRO entropy_term(p) AS CASE WHEN p > 0 THEN -p * log2(p) ELSE 0 END;

CREATE TABLE divergences AS
SELECT labelling, layer, choices, '' AS domain_a, '' AS domain_b, sum(entropy_term(mean) - terms) AS bits FROM (
  SELECT labelling, layer, choices, expert, avg(share) AS mean, avg(entropy_term(share)) AS terms FROM labelled_share GROUP BY ALL)
GROUP BY ALL
UNION ALL
SELECT a.labelling, a.layer, a.choices, a.domain, b.domain,
  sum(entropy_term((a.share + b.share) / 2) - (entropy_term(a.share) + entropy_term(b.share)) / 2)
FROM labelled_share a JOIN labelled_share b USING (labelling, layer, choices, expert) WHERE a.domain < b.domain GROUP BY ALL;

CREATE TABLE divergence AS
SELECT layer, domain_a, domain_b, choices, o.bits AS jsd_bits, avg(n.bits) AS null_mean, quantile_cont(n.bits, 0.95) AS null_p95,
  (1 + count(*) FILTER (n.bits >= o.bits)) / (1 + count(*)) AS p_value, count(*) AS permutations
FROM divergences o JOIN divergences n USING (layer, domain_a, domain_b, choices) WHERE o.labelling = 0 AND n.labelling > 0 GROUP BY layer, domain_a, domain_b, choices, o.bits;


-- Information that grows with depth, made up; the verdict's own tests are about figures.
CREATE TABLE information AS
SELECT layer, quantity, share * h + 0.02 AS bits, 0.02 AS null_bits, share * h AS corrected_bits, share AS share_of_entropy,
  (share - width) * h AS ci_low, (share + width) * h AS ci_high, CASE WHEN share > width THEN 0.001 ELSE 0.4 END AS p_value,
  'first' AS choices, 0.02 + 0.004 * h AS null_p95, 1000 AS tokens, 999 AS permutations
FROM (SELECT layer, quantity, slope * (layer + 0.3) AS share, 0.004 + slope * layer / 8 AS width, 2.9 AS h
      FROM (SELECT DISTINCT layer FROM routing), (VALUES ('domain', 0.012), ('token', 0.045), ('domain|token', 0.004), ('token|domain', 0.042),
        ('previous_token', 0.008), ('previous_choice', 0.015), ('position', 0.0005), ('class', 0.02)) q(quantity, slope))
UNION ALL
SELECT DISTINCT layer, 'entropy', 2.9, 3, 2.9, 1, 2.85, 2.95, NULL, 'first', NULL::DOUBLE, 1000, 999 FROM routing;

CREATE TABLE syntax_class AS
SELECT layer, class, occurrences, (layer + i) % 8 AS top_expert, 0.2 + 0.08 * ((i * 3 + layer) % 9) AS share, share - 0.03 AS ci_low, share + 0.04 AS ci_high,
  0.125 + 0.01 * (i % 3) AS random
FROM (SELECT DISTINCT layer FROM routing), (VALUES (0, 'word_start', 9000), (1, 'word_continuation', 4000), (2, 'punctuation', 2000),
  (3, 'digit', 800), (4, 'bracket', 400), (5, 'line_break', 300), (6, 'whitespace_indentation', 200), (7, 'byte_fallback', 20)) c(i, class, occurrences);

CREATE TABLE syntax_example AS
SELECT layer, example, occurrences, pieces, layer % 8 AS top_expert, 0.4 + 0.05 * layer AS share, share - 0.05 AS ci_low, share + 0.05 AS ci_high, 0.15 AS random,
  within, random_within
FROM (SELECT DISTINCT layer FROM routing), (VALUES ('self', 120, 120, NULL, NULL), ('Question', 40, 80, 0.6, 0.13), ('indentation', 90, 140, 0.8, 0.14))
  e(example, occurrences, pieces, within, random_within);
