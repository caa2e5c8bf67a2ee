package moira.routing.analysis;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import moira.routing.analysis.PlainTrace.Token;
import moira.routing.syntax.TokenClass;

/** The plug-in values of the table {@code information}, in maps from words to counts and by the sum that defines them. */
final class PlainInformation {
    private static final String NONE = "";

    private final PlainTrace trace;
    private final int k;

    PlainInformation(PlainTrace trace, int k) {
        this.trace = trace;
        this.k = k;
    }

    /** By layer, quantity and choices: bits, tokens. */
    Map<String, double[]> bits() {
        Map<String, double[]> table = new LinkedHashMap<>();
        Map<Integer, List<Token>> layers =
                trace.tokens.values().stream().collect(Collectors.groupingBy(token -> token.layer));
        boolean domains =
                trace.tokens.values().stream().map(t -> t.domain).distinct().count() > 1;
        long sources = trace.tokens.values().stream()
                .map(t -> List.of(t.domain, t.source))
                .distinct()
                .count();
        boolean severalSources = domains
                && sources
                        > trace.tokens.values().stream()
                                .map(t -> t.domain)
                                .distinct()
                                .count();
        layers.forEach((layer, tokens) -> {
            for (int choices : k == 1 ? new int[] {1} : new int[] {1, k}) {
                Map<String, Double> bits = new TreeMap<>();
                bits.put("entropy", entropy(tokens, choices));
                if (domains) {
                    bits.put("domain", information(tokens, choices, t -> t.domain, t -> NONE));
                    bits.put("domain|token", information(tokens, choices, t -> t.domain, t -> NONE + t.id));
                }
                if (severalSources && choices == 1) {
                    bits.put("domain|token_by_counts", bits.get("domain|token"));
                }
                bits.put("token", information(tokens, choices, t -> NONE + t.id, t -> NONE));
                bits.put("token|domain", information(tokens, choices, t -> NONE + t.id, t -> t.domain));
                bits.put("previous_token", information(tokens, choices, t -> before(t, b -> b.id), t -> NONE));
                bits.put(
                        "previous_choice",
                        information(tokens, choices, t -> before(t, b -> b.experts.getFirst()), t -> NONE));
                bits.put("position", information(tokens, choices, this::bucket, t -> NONE));
                bits.put(
                        "class",
                        information(tokens, choices, t -> "" + TokenClass.of(trace.pieces.get(t.id)), t -> NONE));
                bits.forEach((quantity, value) -> table.put(
                        layer + "|" + quantity + "|" + (choices == 1 ? "first" : "either"),
                        new double[] {value, tokens.size()}));
            }
        });
        return table;
    }

    private String before(Token token, Function<Token, Integer> what) {
        Token before = trace.after(token, -1);
        return before == null ? null : NONE + what.apply(before);
    }

    private String bucket(Token token) {
        int place = 0;
        while (trace.after(token, -place - 1) != null) {
            place++;
        }
        int least = 1;
        while (2 * least <= place) {
            least *= 2;
        }
        return place == 0 ? "0" : "from " + least;
    }

    private double entropy(List<Token> tokens, int choices) {
        Map<Object, Double> counts = new HashMap<>();
        tokens.forEach(token -> token.experts.subList(0, choices).forEach(x -> counts.merge(x, 1.0, Double::sum)));
        double all = tokens.size() * choices;
        return counts.values().stream()
                .mapToDouble(n -> -n / all * Math.log(n / all) / Math.log(2))
                .sum();
    }

    /** Sum over x, y, z of p(x, y, z) log2 p(x, y, z) p(z) / (p(x, z) p(y, z)). */
    private double information(
            List<Token> tokens, int choices, Function<Token, String> paired, Function<Token, String> given) {
        Map<List<Object>, Double> counts = new HashMap<>();
        double all = 0;
        for (Token token : tokens) {
            String y = paired.apply(token);
            String z = given.apply(token);
            for (Integer x : token.experts.subList(0, y == null ? 0 : choices)) {
                counts.merge(List.of("xyz", x, y, z), 1.0, Double::sum);
                counts.merge(List.of("xz", x, z), 1.0, Double::sum);
                counts.merge(List.of("yz", y, z), 1.0, Double::sum);
                counts.merge(List.of("z", z), 1.0, Double::sum);
                all++;
            }
        }
        double bits = 0;
        for (Map.Entry<List<Object>, Double> cell : counts.entrySet()) {
            List<Object> key = cell.getKey();
            if (key.getFirst().equals("xyz")) {
                double xz = counts.get(List.of("xz", key.get(1), key.get(3)));
                double yz = counts.get(List.of("yz", key.get(2), key.get(3)));
                double n = cell.getValue();
                bits += n / all * Math.log(n * counts.get(List.of("z", key.get(3))) / (xz * yz)) / Math.log(2);
            }
        }
        return bits;
    }
}
