package moira.engine.bench;

import java.util.Arrays;
import java.util.BitSet;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;

/** How fast a model reads a prompt of varied tokens, and how fast it then writes. */
public final class SpeedTest {
    private final Model model;
    private final Session session;
    private final ReadBandwidth memory;
    private final int[] prompt;
    private final int[] answer;
    private final double[] prefill;
    private final double[] observed;
    private final double[] decode;
    private final double[] bandwidth;
    private final BitSet touched = new BitSet();

    private SpeedTest(Model model, ReadBandwidth memory, int promptTokens, int generateTokens, int repeat) {
        this.model = model;
        this.memory = memory;
        session = model.newSession();
        prompt = prompt(promptTokens, model.architecture().vocabulary());
        answer = new int[generateTokens + 1];
        prefill = new double[repeat];
        observed = new double[repeat];
        decode = new double[repeat];
        bandwidth = new double[2 * repeat];
    }

    /**
     * What was measured, medians over the repetitions.
     *
     * @param observedPrefillTokensPerSecond with an observer told of every routing decision
     * @param decodeBytesPerSecond weights that a decode step reads, where they lie in memory, times steps a second
     * @param readBandwidthBytesPerSecond of the machine's memory, with as many threads, measured before and after every decode
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
        int context = model.architecture().context();
        if (promptTokens > context - generateTokens) {
            throw MoiraException.expected(
                    "prompt tokens and generated ones",
                    "at most the " + context + " that the model's context has",
                    promptTokens + " and " + generateTokens);
        }
        // First: where its memory is not to be had besides the model, that is said before anything is measured.
        try (ReadBandwidth memory = new ReadBandwidth(model.threads())) {
            SpeedTest test = new SpeedTest(model, memory, promptTokens, generateTokens, repeat);
            for (int round = -warmUp; round < repeat; round++) {
                test.round(round);
                progress.run();
            }
            return test.result(warmUp);
        }
    }

    /** Rounds below 0 are measured and forgotten. */
    private void round(int round) {
        // Beside the decode that it is compared with: what memory gives to a virtual machine doubles and halves from
        // one minute to the next, with where its cores lie. And before both prompts, which then find the caches alike.
        double before = memory.measure();
        session.observe(null);
        session.reset();
        long started = System.nanoTime();
        answer[0] = likeliest(session.logits(prompt));
        long read = System.nanoTime();
        for (int i = 1; i < answer.length; i++) {
            answer[i] = likeliest(session.logits(answer[i - 1]));
        }
        long written = System.nanoTime();
        double after = memory.measure();
        session.reset();
        session.observe(this::touch);
        long again = System.nanoTime();
        session.logits(prompt);
        if (round >= 0) {
            observed[round] = perSecond(prompt.length, System.nanoTime() - again);
            prefill[round] = perSecond(prompt.length, read - started);
            decode[round] = perSecond(answer.length - 1, written - read);
            bandwidth[2 * round] = before;
            bandwidth[2 * round + 1] = after;
        }
    }

    private Result result(int warmUp) {
        double decodeSpeed = median(decode);
        return new Result(
                median(prefill),
                median(observed),
                decodeSpeed,
                decodeSpeed * model.bytesPerToken(),
                median(bandwidth),
                answer,
                touched.cardinality(),
                prompt.length,
                answer.length - 1,
                warmUp,
                decode.length,
                model.threads(),
                model.runsWith());
    }

    private static double perSecond(int tokens, long nanos) {
        return tokens / (nanos / 1e9);
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

    /** {@link moira.engine.RoutingObserver}. */
    private void touch(int layer, int position, int tokens, int[] experts, float[] weights, float[] probabilities) {
        for (int i = 0; i < tokens * model.architecture().expertsPerToken(); i++) {
            touched.set(layer * model.architecture().experts() + experts[i]);
        }
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
