package moira.routing.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import moira.routing.information.Texts;
import moira.routing.syntax.Words;

/**
 * Where the paper's examples stand in some texts.
 *
 * @param spans of each that occurs, as token numbers
 */
record SyntaxExamples(Map<String, List<Span>> spans) {
    private static final List<String> WORDS = List.of("self", "Question");

    /** The pieces of one occurrence. */
    record Span(int from, int to) {
        int pieces() {
            return to - from;
        }
    }

    /** @param pieces by type */
    static SyntaxExamples of(Texts texts, List<String> pieces) {
        Map<String, List<Span>> spans = new LinkedHashMap<>();
        texts.forEachRun((from, to) -> {
            Words words = new Words(IntStream.range(from, to)
                    .mapToObj(i -> pieces.get(texts.token(i)))
                    .toList());
            for (String word : WORDS) {
                add(spans, word, words.find(word), from);
            }
            add(spans, "indentation", words.indentations(), from);
        });
        return new SyntaxExamples(spans);
    }

    private static void add(Map<String, List<Span>> spans, String name, List<Words.Span> found, int offset) {
        for (Words.Span span : found) {
            spans.computeIfAbsent(name, example -> new ArrayList<>())
                    .add(new Span(span.from() + offset, span.to() + offset));
        }
    }
}
