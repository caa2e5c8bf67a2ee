package moira.engine.generation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import moira.engine.MoiraException;

/** Draws the next token from logits. One for each sequence: it remembers what was seen, and where its random numbers are. */
public final class Sampler {
    private final SamplingOptions options;
    private final SplittableRandom random;
    private final Set<Integer> seen = new HashSet<>();

    /** A token that may still be drawn, with its logit, later its weight. */
    private record Candidate(int token, double value) {}

    public Sampler(SamplingOptions options) {
        this.options = options;
        random = new SplittableRandom(options.seed());
    }

    /** Counts tokens as seen, for the repetition penalty: the prompt's, and each one that was drawn. */
    public void accept(int... tokens) {
        for (int token : tokens) {
            seen.add(token);
        }
    }

    /**
     * Draws a token.
     *
     * @param logits {@code [vocabulary]}, left as they are
     * @throws MoiraException if no logit is a number
     */
    public int next(float[] logits) {
        if (options.temperature() == 0) {
            return likeliest(logits);
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            float logit = penalised(logits, i) / options.temperature();
            if (logit > Float.NEGATIVE_INFINITY) {
                candidates.add(new Candidate(i, logit));
            }
        }
        candidates.sort(Comparator.comparingDouble(Candidate::value).reversed().thenComparingInt(Candidate::token));
        if (candidates.isEmpty()) {
            throw noNumber();
        }
        return draw(minP(topP(weights(topK(candidates)))));
    }

    private int likeliest(float[] logits) {
        int best = -1;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.length; i++) {
            float logit = penalised(logits, i);
            if (logit > highest) {
                highest = logit;
                best = i;
            }
        }
        if (best < 0) {
            throw noNumber();
        }
        return best;
    }

    private static MoiraException noNumber() {
        return MoiraException.expected("logits", "numbers", "only NaN or -infinity: the model's weights are broken");
    }

    private float penalised(float[] logits, int token) {
        float logit = logits[token];
        float penalty = options.repeatPenalty();
        if (penalty == 1 || !seen.contains(token)) {
            return logit;
        }
        return logit > 0 ? logit / penalty : logit * penalty;
    }

    private List<Candidate> topK(List<Candidate> sorted) {
        return options.topK() == 0 || options.topK() >= sorted.size() ? sorted : sorted.subList(0, options.topK());
    }

    /** Softmax but for its denominator: the likeliest has weight 1. */
    private static List<Candidate> weights(List<Candidate> sorted) {
        double highest = sorted.getFirst().value();
        return sorted.stream()
                .map(c -> new Candidate(c.token(), c.value() == highest ? 1 : Math.exp(c.value() - highest)))
                .toList();
    }

    private List<Candidate> topP(List<Candidate> sorted) {
        if (options.topP() == 1) {
            return sorted;
        }
        double wanted = options.topP() * sum(sorted);
        double sum = 0;
        int kept = 0;
        while (kept < sorted.size() && sum < wanted) {
            sum += sorted.get(kept++).value();
        }
        return sorted.subList(0, Math.max(1, kept));
    }

    private List<Candidate> minP(List<Candidate> sorted) {
        return sorted.stream().filter(c -> c.value() >= options.minP()).toList();
    }

    private int draw(List<Candidate> candidates) {
        double left = random.nextDouble() * sum(candidates);
        for (Candidate candidate : candidates) {
            left -= candidate.value();
            if (left < 0) {
                return candidate.token();
            }
        }
        return candidates.getLast().token();
    }

    private static double sum(List<Candidate> candidates) {
        double sum = 0;
        for (Candidate candidate : candidates) {
            sum += candidate.value();
        }
        return sum;
    }
}
