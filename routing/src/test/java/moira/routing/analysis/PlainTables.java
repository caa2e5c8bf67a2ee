package moira.routing.analysis;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import moira.routing.analysis.PlainTrace.Token;

/**
 * The tables once more, in plain loops over the tokens, sharing no code with the analysis: maps from a row's keys, joined by '|', to its
 * values in the order of the columns.
 */
final class PlainTables {
    private static final List<String> CHOICES = List.of("either", "first", "second", "third", "4th", "5th");

    private final PlainTrace trace;
    private final int experts;
    private final int k;

    PlainTables(PlainTrace trace, int experts, int k) {
        this.trace = trace;
        this.experts = experts;
        this.k = k;
    }

    private static String key(Object... parts) {
        return String.join("|", Arrays.stream(parts).map(String::valueOf).toList());
    }

    private static void count(Map<String, Double> counts, double n, Object... parts) {
        counts.merge(key(parts), n, Double::sum);
    }

    /** assignments, share */
    Map<String, double[]> expertShare() {
        Map<String, Double> counts = new TreeMap<>();
        Map<String, Double> all = new HashMap<>();
        for (Token token : trace.tokens.values()) {
            for (int choice = 0; choice <= k; choice++) {
                for (int e = 0; e < experts; e++) {
                    boolean chosen = choice == 0 ? token.experts.contains(e) : token.experts.get(choice - 1) == e;
                    count(counts, chosen ? 1 : 0, token.layer, CHOICES.get(choice), token.domain, e);
                    count(all, chosen ? 1 : 0, token.layer, CHOICES.get(choice), token.domain);
                }
            }
        }
        return shares(counts, all);
    }

    private static Map<String, double[]> shares(Map<String, Double> counts, Map<String, Double> all) {
        Map<String, double[]> table = new LinkedHashMap<>();
        counts.forEach((key, n) ->
                table.put(key, new double[] {n, n / all.get(key.substring(0, key.lastIndexOf('|')))}));
        return table;
    }

    /** pairs, first, any, overlap */
    Map<String, double[]> repetition() {
        Map<String, double[]> table = new LinkedHashMap<>();
        for (Token token : trace.tokens.values()) {
            Token next = trace.after(token, 1);
            if (next != null) {
                double[] sums = table.computeIfAbsent(key(token.layer, token.domain), key -> new double[4]);
                Set<Integer> common = new HashSet<>(token.experts);
                common.retainAll(next.experts);
                sums[0]++;
                sums[1] += token.experts.getFirst().equals(next.experts.getFirst()) ? 1 : 0;
                sums[2] += common.isEmpty() ? 0 : 1;
                sums[3] += (double) common.size() / k;
            }
        }
        for (double[] sums : table.values()) {
            for (int i = 1; i < 4; i++) {
                sums[i] /= sums[0];
            }
        }
        return table;
    }

    /** tokens, domain_tokens, share */
    Map<String, double[]> domainSpecialization() {
        Map<String, double[]> table = new LinkedHashMap<>();
        for (Token token : trace.tokens.values()) {
            for (int e = 0; e < experts; e++) {
                double[] row = table.computeIfAbsent(key(token.layer, token.domain, e), key -> new double[3]);
                row[0] += token.experts.contains(e) ? 1 : 0;
                row[1]++;
                row[2] = row[0] / row[1];
            }
        }
        return table;
    }

    /** assignments, occurrences, share, first_assignments, first_share */
    Map<String, double[]> vocabularySpecialization() {
        Map<String, double[]> table = new TreeMap<>();
        for (Token token : trace.tokens.values()) {
            Token next = trace.after(token, 1);
            word(table, token, "input", token.id);
            if (next != null) {
                word(table, token, "next", next.id);
            }
        }
        table.values().removeIf(row -> row[1] < 10 || row[0] == 0);
        for (double[] row : table.values()) {
            row[2] = row[0] / row[1];
            row[4] = row[3] / row[1];
        }
        return table;
    }

    private void word(Map<String, double[]> table, Token token, String by, int id) {
        for (int e = 0; e < experts; e++) {
            double[] row =
                    table.computeIfAbsent(key(token.layer, by, id, trace.pieces.get(id), e), key -> new double[5]);
            row[0] += token.experts.contains(e) ? 1 : 0;
            row[1]++;
            row[3] += token.experts.getFirst() == e ? 1 : 0;
        }
    }

    /** together, tokens, share */
    Map<String, double[]> coactivation() {
        Map<String, double[]> table = new LinkedHashMap<>();
        for (Token token : trace.tokens.values()) {
            for (int one : token.experts) {
                for (int other = 0; other < experts; other++) {
                    if (other != one) {
                        double[] row = table.computeIfAbsent(key(token.layer, one, other), key -> new double[3]);
                        row[0] += token.experts.contains(other) ? 1 : 0;
                        row[1]++;
                        row[2] = row[0] / row[1];
                    }
                }
            }
        }
        return table;
    }

    /** tokens, share */
    Map<String, double[]> layerTransition() {
        TreeSet<Integer> layers = new TreeSet<>();
        trace.tokens.values().forEach(token -> layers.add(token.layer));
        Map<String, Double> counts = new TreeMap<>();
        Map<String, Double> all = new HashMap<>();
        for (Token token : trace.tokens.values()) {
            Integer next = layers.higher(token.layer);
            if (next != null) {
                int to = trace.inLayer(token, next).experts.getFirst();
                for (int e = 0; e < experts; e++) {
                    count(counts, to == e ? 1 : 0, token.layer, next, token.experts.getFirst(), e);
                }
                count(all, 1, token.layer, next, token.experts.getFirst());
            }
        }
        return shares(counts, all);
    }

    /** max_over_mean, coefficient_of_variation, entropy_bits, dead_experts */
    Map<String, double[]> load() {
        Map<String, double[]> counts = counts(0, true);
        Map<String, double[]> table = new LinkedHashMap<>();
        counts.forEach((key, n) -> {
            double sum = Arrays.stream(n).sum();
            double mean = sum / experts;
            double variance = 0;
            double entropy = 0;
            int dead = 0;
            for (double x : n) {
                variance += (x - mean) * (x - mean) / experts;
                entropy += x == 0 ? 0 : x / sum * Math.log(sum / x) / Math.log(2);
                dead += x == 0 ? 1 : 0;
            }
            double max = Arrays.stream(n).max().orElseThrow();
            table.put(key, new double[] {max / mean, Math.sqrt(variance) / mean, entropy, dead});
        });
        return table;
    }

    private Map<String, double[]> counts(int choice, boolean byDomain) {
        Map<String, double[]> counts = new LinkedHashMap<>();
        for (Token token : trace.tokens.values()) {
            Object domain = byDomain ? token.domain : "";
            double[] n = counts.computeIfAbsent(key(token.layer, domain), key -> new double[experts]);
            for (int e = 0; e < experts; e++) {
                n[e] += (choice == 0 ? token.experts.contains(e) : token.experts.get(choice - 1) == e) ? 1 : 0;
            }
        }
        return counts;
    }

    /** jsd_bits, sources: as the mean over domains of the Kullback-Leibler divergence from the mean distribution. */
    Map<String, double[]> divergence() {
        Map<String, double[]> table = new TreeMap<>();
        TreeSet<String> domains = new TreeSet<>();
        TreeSet<Integer> layers = new TreeSet<>();
        Map<String, Set<String>> sources = new HashMap<>();
        for (Token token : trace.tokens.values()) {
            domains.add(token.domain);
            layers.add(token.layer);
            sources.computeIfAbsent(token.domain, key -> new HashSet<>()).add(token.source);
        }
        for (int layer : layers) {
            for (String a : domains) {
                for (String b : domains.tailSet(a, false)) {
                    diverge(table, layer, a, b, List.of(a, b), sources);
                }
            }
            if (domains.size() > 1) {
                diverge(table, layer, "", "", List.copyOf(domains), sources);
            }
        }
        return table;
    }

    private void diverge(
            Map<String, double[]> table,
            int layer,
            String a,
            String b,
            List<String> domains,
            Map<String, Set<String>> sources) {
        for (int choice = 0; choice <= 1; choice++) {
            Map<String, double[]> counts = counts(choice, true);
            double divergence = 0;
            for (String domain : domains) {
                double[] p = counts.get(key(layer, domain));
                double sum = Arrays.stream(p).sum();
                for (int e = 0; e < experts; e++) {
                    double mean = 0;
                    for (String other : domains) {
                        double[] q = counts.get(key(layer, other));
                        mean += q[e] / Arrays.stream(q).sum() / domains.size();
                    }
                    double x = p[e] / sum;
                    divergence += x == 0 ? 0 : x * Math.log(x / mean) / Math.log(2) / domains.size();
                }
            }
            int n = domains.stream()
                    .mapToInt(domain -> sources.get(domain).size())
                    .sum();
            table.put(key(layer, a, b, CHOICES.get(choice)), new double[] {divergence, n});
        }
    }

    /** decisions, mean_entropy, mean_margin, near_tie_share */
    Map<String, double[]> router() {
        Map<String, double[]> table = new LinkedHashMap<>();
        for (Token token : trace.tokens.values()) {
            double[] row = table.computeIfAbsent(key(token.layer, token.domain), key -> new double[4]);
            row[0]++;
            row[1] += token.entropy;
            row[2] += token.margin;
            row[3] += token.margin < 1e-3 ? 1 : 0;
        }
        for (double[] row : table.values()) {
            for (int i = 1; i < 4; i++) {
                row[i] /= row[0];
            }
        }
        return table;
    }
}
