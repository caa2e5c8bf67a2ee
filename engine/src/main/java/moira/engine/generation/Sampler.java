package moira.engine.generation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import moira.engine.MoiraException;

/** Draws the next token from logits. One for each sequence: it remembers what was seen, and where its random numbers are. */
public final class Sampler {
    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble(Candidate::logit).reversed().thenComparingInt(Candidate::token);

    private final SamplingOptions options;
    private final SplittableRandom random;
    private final Set<Integer> seen = new HashSet<>();
    private final Map<Integer, Integer> drawn = new HashMap<>();
    /** Whether a logit is what it is, whatever token it is of. */
    private final boolean plain;

    /**
     * A token that may still be drawn, and how likely it is in relation to the likeliest. The logit decides the order, as weights
     * may be equal where logits are not: all are 1 at a very high temperature.
     */
    private record Candidate(int token, double logit, double weight) {}

    public Sampler(SamplingOptions options) {
        this.options = options;
        random = new SplittableRandom(options.seed());
        plain = options.repeatPenalty() == 1
                && options.frequencyPenalty() == 0
                && options.presencePenalty() == 0
                && options.bias().isEmpty();
    }

    /** Counts a token as drawn, for the penalties. */
    public void drew(int token) {
        seen.add(token);
        drawn.merge(token, 1, Integer::sum);
    }

    /** Counts tokens of the prompt as seen, for the repetition penalty. */
    public void accept(int... tokens) {
        for (int token : tokens) {
            seen.add(token);
        }
    }

    /**
     * Draws a token.
     *
     * @param logits {@code [vocabulary]}, left as they are
     * @throws MoiraException if one is NaN, or none is above -infinity
     */
    public int next(float[] logits) {
        int likeliest = likeliest(logits);
        if (options.temperature() == 0) {
            return likeliest;
        }
        return draw(minP(topP(topK(logits, penalised(logits, likeliest)))));
    }

    /** The likeliest tokens, best first. */
    private List<Candidate> topK(float[] logits, double highest) {
        Stream<Candidate> kept = options.topK() == 0
                ? IntStream.range(0, logits.length).mapToObj(i -> candidate(i, penalised(logits, i), highest))
                : likeliest(options.topK(), logits, highest).stream();
        return kept.sorted(BEST_FIRST).toList();
    }

    /** Kept in a queue: to sort a whole vocabulary takes longer than a token of a small model. */
    private Queue<Candidate> likeliest(int k, float[] logits, double highest) {
        Queue<Candidate> kept = new PriorityQueue<>(BEST_FIRST.reversed());
        for (int i = 0; i < logits.length; i++) {
            double logit = penalised(logits, i);
            if (kept.size() < k) {
                kept.add(candidate(i, logit, highest));
            } else if (logit > kept.element().logit()) {
                // Of equal ones the lowest token stays: it came first.
                kept.remove();
                kept.add(candidate(i, logit, highest));
            }
        }
        return kept;
    }

    /** The lowest of the tokens with the highest logit. */
    private int likeliest(float[] logits) {
        int best = -1;
        for (int i = 0; i < logits.length; i++) {
            if (Float.isNaN(logits[i])) {
                throw broken("NaN for token " + i);
            }
            if (best < 0 || penalised(logits, i) > penalised(logits, best)) {
                best = i;
            }
        }
        if (best < 0 || logits[best] == Float.NEGATIVE_INFINITY) {
            throw broken("-infinity for every token");
        }
        return best;
    }

    private static MoiraException broken(String found) {
        return MoiraException.expected("logits", "numbers", found + ": the model's weights are broken");
    }

    /** In double, where neither the smallest penalty nor the lowest temperature makes infinity of a float. */
    private double penalised(float[] logits, int token) {
        float logit = logits[token];
        if (plain) {
            return logit;
        }
        double penalty = seen.contains(token) ? options.repeatPenalty() : 1;
        double repeated = logit > 0 ? logit / penalty : logit * penalty;
        int times = drawn.getOrDefault(token, 0);
        double present = times > 0 ? options.presencePenalty() : 0;
        return repeated
                - times * (double) options.frequencyPenalty()
                - present
                + options.bias().getOrDefault(token, 0f);
    }

    /** Its weight is a softmax but for the denominator: the likeliest has 1, even if it is infinite. */
    private Candidate candidate(int token, double logit, double highest) {
        double weight = logit == highest ? 1 : Math.exp((logit - highest) / options.temperature());
        return new Candidate(token, logit, weight);
    }

    private List<Candidate> topP(List<Candidate> sorted) {
        if (options.topP() == 1) {
            return sorted;
        }
        double wanted = options.topP() * sum(sorted);
        double sum = 0;
        int kept = 0;
        while (kept < sorted.size() && sum < wanted) {
            sum += sorted.get(kept++).weight();
        }
        return sorted.subList(0, Math.max(1, kept));
    }

    private List<Candidate> minP(List<Candidate> sorted) {
        return sorted.stream()
                .filter(c -> c.weight() > 0 && c.weight() >= options.minP())
                .toList();
    }

    private int draw(List<Candidate> candidates) {
        double left = random.nextDouble() * sum(candidates);
        for (Candidate candidate : candidates) {
            left -= candidate.weight();
            if (left < 0) {
                return candidate.token();
            }
        }
        return candidates.getLast().token();
    }

    private static double sum(List<Candidate> candidates) {
        double sum = 0;
        for (Candidate candidate : candidates) {
            sum += candidate.weight();
        }
        return sum;
    }
}
