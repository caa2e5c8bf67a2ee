package moira.engine.bench;

import java.util.Arrays;
import java.util.BitSet;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;

/** How fast a model reads a prompt of varied tokens, and how fast it then writes. */
public final class SpeedTest {
    private SpeedTest() {}

    /**
     * What was measured, medians over the repetitions.
     *
     * @param observedPrefillTokensPerSecond with an observer told of every routing decision
     * @param decodeBytesPerSecond weights that a decode step reads, where they lie in memory, times steps a second
     * @param readBandwidthBytesPerSecond of the machine's memory, with as many threads, in the same run
     * @param answer the likeliest tokens after the prompt, one by one: a peer that runs the same model begins with the same
     * @param distinctExperts (layer, expert) pairs that the prompt went to
     */
    public record Result(
            double prefillTokensPerSecond,
            double observedPrefillTokensPerSecond,
            double decodeTokensPerSecond,
            double decodeBytesPerSecond,
            double readBandwidthBytesPerSecond,
            int[] answer,
            int distinctExperts,
            int promptTokens,
            int generateTokens,
            int warmUp,
            int repeat,
            int threads,
            String kernels) {}

    /**
     * Measures.
     *
     * @param warmUp rounds before those that count: Java compiles meanwhile, on the cores that the model wants
     * @param progress called after every round
     * @throws MoiraException if a number is below 1, or the tokens do not fit the model's context
     */
    public static Result run(
            Model model, int promptTokens, int generateTokens, int warmUp, int repeat, Runnable progress) {
        int least = Math.min(Math.min(promptTokens, generateTokens), Math.min(warmUp + 1, repeat));
        if (least < 1) {
            throw MoiraException.expected(
                    "bench",
                    "1 or more of everything but rounds to warm up",
                    promptTokens + " + " + generateTokens + " tokens, " + warmUp + " and " + repeat + " times");
        }
        int context = model.config().context();
        if (promptTokens > context - generateTokens) {
            throw MoiraException.expected(
                    "prompt tokens and generated ones",
                    "at most the " + context + " that the model's context has",
                    promptTokens + " and " + generateTokens);
        }
        // First: where its memory is not to be had besides the model, that is said before anything is measured.
        double bandwidth = ReadBandwidth.measure(model.threads());
        int[] prompt = prompt(promptTokens, model.config().vocabulary());
        int[] answer = new int[generateTokens + 1];
        double[] prefill = new double[repeat];
        double[] decode = new double[repeat];
        double[] observed = new double[repeat];
        BitSet touched = new BitSet();
        Session session = model.newSession();
        for (int round = -warmUp; round < repeat; round++) {
            session.observe(null);
            session.reset();
            long started = System.nanoTime();
            answer[0] = likeliest(session.logits(prompt));
            long read = System.nanoTime();
            for (int i = 0; i < generateTokens; i++) {
                answer[i + 1] = likeliest(session.logits(answer[i]));
            }
            if (round >= 0) {
                prefill[round] = promptTokens / ((read - started) / 1e9);
                decode[round] = generateTokens / ((System.nanoTime() - read) / 1e9);
            }
            session.reset();
            observe(session, model, touched);
            started = System.nanoTime();
            session.logits(prompt);
            if (round >= 0) {
                observed[round] = promptTokens / ((System.nanoTime() - started) / 1e9);
            }
            progress.run();
        }
        double decodeSpeed = median(decode);
        return new Result(
                median(prefill),
                median(observed),
                decodeSpeed,
                decodeSpeed * model.bytesPerToken(),
                bandwidth,
                answer,
                touched.cardinality(),
                promptTokens,
                generateTokens,
                warmUp,
                repeat,
                model.threads(),
                model.runsWith());
    }

    /** Varied tokens, of a Lehmer generator (modulus 2^31 - 1, multiplier 48271) that any language repeats in doubles. */
    static int[] prompt(int count, int vocabulary) {
        int[] tokens = new int[count];
        long state = 1;
        for (int i = 0; i < count; i++) {
            state = state * 48_271 % Integer.MAX_VALUE;
            tokens[i] = (int) (state % vocabulary);
        }
        return tokens;
    }

    private static void observe(Session session, Model model, BitSet touched) {
        int k = model.config().expertsPerToken();
        session.observe((layer, position, tokens, experts, weights, probabilities) -> {
            for (int i = 0; i < tokens * k; i++) {
                touched.set(layer * model.config().experts() + experts[i]);
            }
        });
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
