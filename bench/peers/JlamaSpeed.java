import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures Jlama as `moira bench` measures Moira: the same tokens, the same counts, medians after as many rounds to warm up.
 * java JlamaSpeed FOLDER THREADS PROMPT_TOKENS GENERATE_TOKENS WARM_UP REPEAT: one line of JSON with the keys of `moira bench --json`.
 * It makes the calls that Jlama's own generate makes, with numbers of tokens in the place of a text.
 */
final class JlamaSpeed {
    /** A thread that worked for less of the time than this has not taken part. */
    private static final double PART = 0.1;

    private final AbstractModel model;
    private final int[] prompt;
    private final int[] answer;
    private final AbstractTensor logits;
    private double prefillSeconds, decodeSeconds;
    /** Of the last decoding: threads that took part, and seconds of processor time of all threads for each that passed. */
    private int threads;
    private double cores;

    private JlamaSpeed(AbstractModel model, int[] prompt, int generateTokens) {
        this.model = model;
        this.prompt = prompt;
        answer = new int[generateTokens + 1];
        logits = model.makeDenseTensor(model.getConfig().vocabularySize);
    }

    public static void main(String[] args) {
        File folder = new File(args[0]);
        int threads = Integer.parseInt(args[1]), promptTokens = Integer.parseInt(args[2]);
        int generateTokens = Integer.parseInt(args[3]), warmUp = Integer.parseInt(args[4]), repeat = Integer.parseInt(args[5]);
        // Working memory in floats, activations in 8 bits: what Jlama's command takes where nothing is said. Q4 is asked for on account
        // of the routers, which are floats in the file: Jlama multiplies weights of one kind only.
        AbstractModel model = ModelSupport.loadModel(
                folder, folder, DType.F32, DType.I8, Optional.of(DType.Q4), Optional.of(threads));
        JlamaSpeed speed =
                new JlamaSpeed(model, prompt(promptTokens, model.getConfig().vocabularySize), generateTokens);
        double[] prefill = new double[repeat], decode = new double[repeat];
        for (int round = -warmUp; round < repeat; round++) {
            speed.measure();
            if (round >= 0) {
                prefill[round] = promptTokens / speed.prefillSeconds;
                decode[round] = generateTokens / speed.decodeSeconds;
            }
        }
        System.out.println(speed.json(median(prefill), median(decode)));
        System.exit(0);
    }

    private void measure() {
        try (KvBufferCache cache = new KvBufferCache(model);
                KvBufferCache.KvBuffer context = cache.getEphemeralKvBuffer()) {
            long started = System.nanoTime();
            try (AbstractTensor last = model.batchForward(prompt, 0, context)) {
                answer[0] = likeliest(last.slice(last.shape().first() - 1));
            }
            prefillSeconds = (System.nanoTime() - started) / 1e9;
            Map<Long, Long> before = processorTimes();
            started = System.nanoTime();
            for (int i = 0; i + 1 < answer.length; i++) {
                try (AbstractTensor next = model.forward(answer[i], prompt.length + i, context, Optional.empty())) {
                    answer[i + 1] = likeliest(next);
                }
            }
            decodeSeconds = (System.nanoTime() - started) / 1e9;
            count(before);
        }
    }

    private int likeliest(AbstractTensor output) {
        int token = model.sample(output, 0, 0, logits);
        if (token < 0) {
            throw new IllegalStateException("expected a likeliest token, found logits that are not numbers");
        }
        return token;
    }

    private void count(Map<Long, Long> before) {
        threads = 0;
        cores = 0;
        processorTimes().forEach((thread, after) -> {
            double part = (after - before.getOrDefault(thread, 0L)) / 1e9 / decodeSeconds;
            threads += part >= PART ? 1 : 0;
            cores += part;
        });
    }

    /** Nanoseconds of every Java thread; those that compile and collect garbage are none. */
    private static Map<Long, Long> processorTimes() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<Long, Long> times = new HashMap<>();
        for (long thread : threads.getAllThreadIds()) {
            times.put(thread, Math.max(0, threads.getThreadCpuTime(thread)));
        }
        return times;
    }

    private String json(double prefill, double decode) {
        return String.format(
                Locale.ROOT,
                "{\"prefill_tokens_per_second\": %.3f, \"decode_tokens_per_second\": %.3f, \"answer\": %s, \"threads\": %d,"
                        + " \"cores\": %.2f, \"version\": \"Jlama %s\", \"kernels\": \"%s, weights %s\"}",
                prefill,
                decode,
                Arrays.toString(answer),
                threads,
                cores,
                System.getProperty("jlama.version"),
                TensorOperationsProvider.get().name(),
                model.getWeights().getModelDType());
    }

    /** The prompt of `moira bench` (moira.engine.bench.SpeedTest). */
    private static int[] prompt(int count, int vocabulary) {
        int[] tokens = new int[count];
        long state = 1;
        for (int i = 0; i < count; i++) {
            state = state * 48_271 % Integer.MAX_VALUE;
            tokens[i] = (int) (state % vocabulary);
        }
        return tokens;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
