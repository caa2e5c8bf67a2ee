package moira.routing.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import moira.routing.information.Choices;
import moira.routing.information.Texts;
import moira.routing.syntax.TokenClass;

/**
 * Whether classes of tokens, and the examples of Mixtral of Experts (section 5: {@code self}, {@code Question}, indentation), keep their
 * first expert. Shares are of tokens; {@code random} is the layer's own load of that expert, since a layer that sends more to one expert
 * sends more of anything there.
 */
final class SyntaxTable {
    private static final String CLASS_COLUMNS = "layer INTEGER, class VARCHAR, occurrences DOUBLE, top_expert INTEGER, "
            + "share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE";
    private static final String EXAMPLE_COLUMNS = "layer INTEGER, example VARCHAR, occurrences INTEGER, pieces DOUBLE, "
            + "top_expert INTEGER, share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE, within DOUBLE, "
            + "random_within DOUBLE";

    private final Study study;
    private final RoutedTexts texts;

    private SyntaxTable(Study study, RoutedTexts texts) {
        this.study = study;
        this.texts = texts;
    }

    /** Writes {@code syntax_class} and {@code syntax_example}, where the pieces are known. */
    static void write(Study study, RoutedTexts texts, MissingTables missing) {
        if (texts.hasPieces()) {
            new SyntaxTable(study, texts).write();
        } else {
            isMissing(missing, study.trace().tokens().isPresent() ? MissingTables.PIECES : MissingTables.TOKENS);
        }
    }

    static void isMissing(MissingTables missing, String reason) {
        missing.has("syntax_class", false, reason);
        missing.has("syntax_example", false, reason);
    }

    private void write() {
        try (Table classes = study.table("syntax_class", CLASS_COLUMNS);
                Table examples = study.table("syntax_example", EXAMPLE_COLUMNS)) {
            for (int layer : study.header().layers()) {
                RoutedTexts.Layer routed = texts.layer(layer);
                if (routed.texts().size() == 0) {
                    continue;
                }
                Routed tokens = new Routed(
                        routed.texts(),
                        routed.choices().first(),
                        load(routed.choices().first()));
                classes(classes, layer, tokens);
                SyntaxExamples found = SyntaxExamples.of(routed.texts(), texts.pieces);
                found.spans().forEach((example, spans) -> example(examples, layer, example, spans, tokens));
            }
            classes.write(study.tables());
            examples.write(study.tables());
        }
    }

    /** @param load share of the first choices of each expert */
    private record Routed(Texts texts, Choices first, List<Double> load) {
        int expert(int token) {
            return first.of()[token];
        }
    }

    private List<Double> load(Choices first) {
        double[] counts = new double[study.experts()];
        for (short expert : first.of()) {
            counts[expert] += 1.0 / first.of().length;
        }
        return IntStream.range(0, counts.length)
                .mapToObj(expert -> counts[expert])
                .toList();
    }

    private void classes(Table table, int layer, Routed tokens) {
        int[] classes = tokens.texts().classOfTokens();
        Map<TokenClass, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < classes.length; i++) {
            members.computeIfAbsent(TokenClass.values()[classes[i]], name -> new ArrayList<>())
                    .add(i);
        }
        members.forEach((name, of) -> {
            Top top = top(of, tokens);
            table.add(
                    layer,
                    name.toString(),
                    top.all().total(),
                    top.expert(),
                    top.share(),
                    top.interval(),
                    tokens.load().get(top.expert()));
        });
    }

    private void example(Table table, int layer, String example, List<SyntaxExamples.Span> spans, Routed tokens) {
        List<Integer> pieces = spans.stream()
                .flatMap(span -> IntStream.range(span.from(), span.to()).boxed())
                .toList();
        Top top = top(pieces, tokens);
        List<SyntaxExamples.Span> several =
                spans.stream().filter(span -> span.pieces() > 1).toList();
        table.add(
                layer,
                example,
                spans.size(),
                top.all().total(),
                top.expert(),
                top.share(),
                top.interval(),
                tokens.load().get(top.expert()),
                several.stream().mapToInt(span -> one(span, tokens)).average().orElse(Double.NaN),
                several.stream()
                        .mapToDouble(span -> chance(span, tokens))
                        .average()
                        .orElse(Double.NaN));
    }

    private static int one(SyntaxExamples.Span span, Routed tokens) {
        return IntStream.range(span.from(), span.to()).allMatch(i -> tokens.expert(i) == tokens.expert(span.from()))
                ? 1
                : 0;
    }

    /** That so many tokens of the layer's load have one expert. */
    private static double chance(SyntaxExamples.Span span, Routed tokens) {
        return tokens.load().stream()
                .mapToDouble(p -> Math.pow(p, span.pieces()))
                .sum();
    }

    /** The expert that most of some tokens go to; the lowest of equal ones. */
    private record Top(int expert, Tally one, Tally all) {
        double share() {
            return one.share(all);
        }

        Interval interval() {
            return one.interval(all);
        }
    }

    private Top top(List<Integer> members, Routed tokens) {
        int[] counts = new int[study.experts()];
        members.forEach(i -> counts[tokens.expert(i)]++);
        int top = 0;
        for (int expert = 1; expert < counts.length; expert++) {
            top = counts[expert] > counts[top] ? expert : top;
        }
        Map<Integer, double[]> units = new TreeMap<>();
        for (int i : members) {
            double[] sums = units.computeIfAbsent(tokens.texts().unit(i), unit -> new double[2]);
            sums[0] += tokens.expert(i) == top ? 1 : 0;
            sums[1]++;
        }
        List<Row> rows = units.entrySet().stream()
                .map(entry -> new Row(entry.getKey(), entry.getValue()))
                .toList();
        return new Top(top, study.bootstrap().tally(rows, 0), study.bootstrap().tally(rows, 1));
    }
}
