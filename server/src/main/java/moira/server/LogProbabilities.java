package moira.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** How likely tokens are by logits, before penalties and temperature: natural logarithms of the softmax over the vocabulary. */
final class LogProbabilities {
    private LogProbabilities() {}

    /** A token and how likely it is. */
    record Likely(int token, double logprob) {}

    /**
     * What is told of a token.
     *
     * @param top the likeliest, best first
     */
    record Told(Likely token, List<Likely> top) {}

    /** @param size ids that a text may have; rows of logits behind them fill up the matrix */
    static Told of(float[] logits, int size, int token, int top) {
        int n = Math.min(size, logits.length);
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            most = Math.max(most, logits[i]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(logits[i] - most);
        }
        double log = most + Math.log(sum);
        Comparator<Likely> worstFirst = Comparator.comparingDouble(Likely::logprob)
                .thenComparing(Comparator.comparingInt(Likely::token).reversed());
        PriorityQueue<Likely> best = new PriorityQueue<>(worstFirst);
        for (int i = 0; i < n && top > 0; i++) {
            if (best.size() < top || logits[i] - log > best.element().logprob()) {
                best.add(new Likely(i, logits[i] - log));
                if (best.size() > top) {
                    best.remove();
                }
            }
        }
        List<Likely> sorted = new ArrayList<>(best);
        sorted.sort(worstFirst.reversed());
        double own = token < logits.length ? logits[token] - log : Double.NEGATIVE_INFINITY;
        return new Told(new Likely(token, own), List.copyOf(sorted));
    }
}
