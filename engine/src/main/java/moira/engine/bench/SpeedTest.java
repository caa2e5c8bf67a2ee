package moira.engine.bench;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;

/** How fast a model reads a prompt of varied tokens, and how fast it then writes. */
public final class SpeedTest {
    private SpeedTest() {}

    /**
     * What was measured, medians over the repetitions.
     *
     * @param decodeBytesPerSecond weights that a decode step reads, where they lie in memory, times steps a second
     * @param readBandwidthBytesPerSecond of the machine's memory, with as many threads, in the same run
     * @param distinctExperts (layer, expert) pairs that prompt and answer went to
     */
    public record Result(
            double prefillTokensPerSecond,
            double decodeTokensPerSecond,
            double decodeBytesPerSecond,
            double readBandwidthBytesPerSecond,
            int distinctExperts,
            int promptTokens,
            int generateTokens,
            int repeat,
            int threads,
            String kernels) {}

    /**
     * Measures, after one round to warm up.
     *
     * @param progress called after every round
     * @throws MoiraException if a number is below 1, or the tokens do not fit the model's context
     */
    public static Result run(Model model, int promptTokens, int generateTokens, int repeat, Runnable progress) {
        int least = Math.min(promptTokens, Math.min(generateTokens, repeat));
        int context = model.config().context();
        if (least < 1 || promptTokens > context - generateTokens) {
            throw MoiraException.expected(
                    "bench",
                    "1 or more of everything, and at most the model's context of " + context + " tokens",
                    promptTokens + " + " + generateTokens + " tokens, " + repeat + " times");
        }
        int[] prompt =
                new Random(1).ints(promptTokens, 0, model.config().vocabulary()).toArray();
        double[] prefill = new double[repeat];
        double[] decode = new double[repeat];
        BitSet touched = new BitSet();
        for (int round = -1; round < repeat; round++) {
            Session session = model.newSession();
            if (round < 0) {
                observe(session, model, touched);
            }
            long started = System.nanoTime();
            int next = likeliest(session.logits(prompt));
            long read = System.nanoTime();
            for (int i = 0; i < generateTokens; i++) {
                next = likeliest(session.logits(next));
            }
            if (round >= 0) {
                prefill[round] = promptTokens / ((read - started) / 1e9);
                decode[round] = generateTokens / ((System.nanoTime() - read) / 1e9);
            }
            progress.run();
        }
        double decodeSpeed = median(decode);
        return new Result(
                median(prefill),
                decodeSpeed,
                decodeSpeed * model.bytesPerToken(),
                ReadBandwidth.measure(model.threads()),
                touched.cardinality(),
                promptTokens,
                generateTokens,
                repeat,
                model.threads(),
                model.runsWith());
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
