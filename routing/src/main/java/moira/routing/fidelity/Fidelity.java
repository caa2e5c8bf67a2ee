package moira.routing.fidelity;

import java.util.List;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.routing.Progress;
import moira.routing.corpus.Corpus;
import moira.routing.trace.Plan;
import moira.routing.trace.Window;

/**
 * Two forms of one model on the same texts: how many routing decisions differ, and how far the log-probabilities of the texts'
 * tokens are from each other.
 *
 * @param tokens predicted
 * @param otherSet share of the decisions of each layer that routes whose set of chosen experts differs
 * @param otherFirst share of the decisions of each layer that routes whose first choice differs
 * @param source mean log-probability of a token in the source, in nats
 * @param converted the same in the converted model
 * @param difference mean of the absolute differences of a token's log-probabilities, in nats
 */
public record Fidelity(
        long tokens,
        List<Double> otherSet,
        List<Double> otherFirst,
        double source,
        double converted,
        double difference) {

    /**
     * Runs both models on a corpus.
     *
     * @param maxTokens of a domain; 0 for all
     * @throws MoiraException if the corpus is unreadable, or the models are not of one shape and vocabulary
     */
    public static Fidelity measure(Model source, Model converted, Corpus corpus, long maxTokens, Progress progress) {
        requireAlike(source, converted);
        int context = Math.min(source.architecture().context(), 2048);
        Plan plan = Plan.of(corpus, source.tokenizer(), context, maxTokens, problem -> {
            throw problem;
        });
        Routed first = new Routed(source.architecture());
        Routed second = new Routed(source.architecture());
        Differences differences = new Differences(source.architecture());
        Session one = source.newSession(context);
        Session other = converted.newSession(context);
        one.observe(first);
        other.observe(second);
        progress.started(plan.tokens(), 0);
        for (Window window : plan.windows()) {
            differences.add(first, run(one, first, window), second, run(other, second, window), window);
            progress.advanced(window.tokens().length);
        }
        return differences.result();
    }

    private static float[] run(Session session, Routed routed, Window window) {
        session.reset();
        routed.clear();
        return session.logProbabilities(window.tokens());
    }

    /** All layers together. */
    public double otherSetOfAll() {
        return otherSet.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    private static void requireAlike(Model source, Model converted) {
        String expected = shape(source);
        String found = shape(converted);
        if (!expected.equals(found)) {
            throw MoiraException.expected(converted.name(), "the shape of " + source.name() + ": " + expected, found);
        }
    }

    private static String shape(Model model) {
        return model.architecture().depth() + " layers, " + model.architecture().experts() + " experts, "
                + model.architecture().expertsPerToken() + " a token, vocabulary "
                + model.architecture().vocabulary();
    }
}
