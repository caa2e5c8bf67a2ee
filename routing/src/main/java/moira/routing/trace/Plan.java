package moira.routing.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;
import moira.routing.corpus.Corpus;

/**
 * What will be run, decided before anything is: every window, in order. The tokens of the whole corpus are held in memory, 4
 * bytes each, which is little beside the hours that a model takes for them.
 *
 * @param corpus what {@code trace.json} says of it
 */
public record Plan(List<Window> windows, TraceHeader.Corpus corpus) {
    /**
     * Tokenises a corpus and cuts it into windows.
     *
     * @param context the longest window, BOS included
     * @param maxTokens text tokens of a domain, of which the last document is cut; 0 for all
     * @param unreadable told of every line or file that is no document: throws to stop, returns to have it counted
     * @throws MoiraException if the corpus is unreadable or has no tokens
     */
    public static Plan of(
            Corpus corpus, Tokenizer tokenizer, int context, long maxTokens, Consumer<MoiraException> unreadable) {
        int specials = tokenizer.addsBos() ? 1 : 0;
        if (context <= specials) {
            throw MoiraException.expected("context", "at least " + (specials + 1) + " tokens", context);
        }
        Planner planner = new Planner(tokenizer, context, maxTokens, unreadable);
        corpus.read(planner);
        Plan plan = planner.plan(corpus.paths());
        if (plan.windows.isEmpty()) {
            String paths = corpus.paths().stream().map(Object::toString).collect(Collectors.joining(", "));
            throw MoiraException.expected(paths, "a corpus with some text", "none");
        }
        return plan;
    }

    /** All tokens that will be run. */
    public long tokens() {
        return tokens(windows);
    }

    static long tokens(List<Window> windows) {
        return windows.stream().mapToLong(window -> window.tokens().length).sum();
    }

    /** The windows of each part: a part ends with the window that brings it to so many tokens. */
    List<List<Window>> parts(int tokens) {
        List<List<Window>> parts = new ArrayList<>();
        int from = 0;
        long size = 0;
        for (int i = 0; i < windows.size(); i++) {
            size += windows.get(i).tokens().length;
            if (size >= tokens || i == windows.size() - 1) {
                parts.add(windows.subList(from, i + 1));
                from = i + 1;
                size = 0;
            }
        }
        return parts;
    }

    /** Neighbours among some windows, at most {@code most} together, with {@code tokens} tokens unless it is one alone. */
    static List<List<Window>> groups(List<Window> windows, int most, int tokens) {
        List<List<Window>> groups = new ArrayList<>();
        int from = 0;
        long size = 0;
        for (int i = 0; i < windows.size(); i++) {
            int more = windows.get(i).tokens().length;
            if (i > from && (i - from == most || size + more > tokens)) {
                groups.add(windows.subList(from, i));
                from = i;
                size = 0;
            }
            size += more;
        }
        groups.add(windows.subList(from, windows.size()));
        return groups;
    }
}
