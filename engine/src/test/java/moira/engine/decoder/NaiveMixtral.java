package moira.engine.decoder;

import java.util.Random;
import moira.engine.checkpoint.GgufWriter;

/**
 * A tiny random Mixtral in double precision and plain loops, written from the papers alone (arXiv 2401.04088, section 2.1;
 * 2305.13245; 2104.09864; 2310.06825, section 2): no code of the engine, no cache, no batches. Its weights are floats, so that a
 * file holds them exactly.
 */
final class NaiveMixtral {
    static final int WIDTH = 17;
    static final int LAYERS = 3;
    static final int HEADS = 6;
    static final int KV_HEADS = 2;
    static final int HEAD_WIDTH = 6;
    static final int EXPERT_WIDTH = 11;
    static final int EXPERTS = 5;
    static final int K = 3;
    static final int VOCABULARY = 23;
    private static final float EPSILON = 1e-5f;
    private static final float THETA = 1e4f;

    /** One layer: {@code [rows][columns]} each. */
    private record Layer(
            double[] attentionNorm,
            double[][] query,
            double[][] key,
            double[][] value,
            double[][] output,
            double[] expertNorm,
            double[][] router,
            double[][][] gate,
            double[][][] up,
            double[][][] down) {}

    /** What a text does: logits {@code [token][vocabulary]}, the rest {@code [layer][token][...]}. */
    record Run(double[][] logits, int[][][] experts, double[][][] weights, double[][][] probabilities) {}

    private final GgufWriter file = new GgufWriter();
    private final Random random;
    private final int window;
    private final double[][] embedding;
    private final Layer[] layers = new Layer[LAYERS];
    private final double[] outputNorm;
    private final double[][] output;

    /** @param window how many tokens back a token attends to, itself included; 0 for all */
    NaiveMixtral(long seed, int window) {
        random = new Random(seed);
        this.window = window;
        metadata();
        embedding = matrix("token_embd.weight", VOCABULARY, WIDTH);
        for (int l = 0; l < LAYERS; l++) {
            String prefix = "blk." + l + ".";
            layers[l] = new Layer(
                    norm(prefix + "attn_norm.weight"),
                    matrix(prefix + "attn_q.weight", HEADS * HEAD_WIDTH, WIDTH),
                    matrix(prefix + "attn_k.weight", KV_HEADS * HEAD_WIDTH, WIDTH),
                    matrix(prefix + "attn_v.weight", KV_HEADS * HEAD_WIDTH, WIDTH),
                    matrix(prefix + "attn_output.weight", WIDTH, HEADS * HEAD_WIDTH),
                    norm(prefix + "ffn_norm.weight"),
                    matrix(prefix + "ffn_gate_inp.weight", EXPERTS, WIDTH),
                    experts(prefix + "ffn_gate_exps.weight", EXPERT_WIDTH, WIDTH),
                    experts(prefix + "ffn_up_exps.weight", EXPERT_WIDTH, WIDTH),
                    experts(prefix + "ffn_down_exps.weight", WIDTH, EXPERT_WIDTH));
        }
        outputNorm = norm("output_norm.weight");
        output = matrix("output.weight", VOCABULARY, WIDTH);
    }

    /** The same model as a GGUF file. */
    byte[] gguf() {
        return file.bytes();
    }

    private void metadata() {
        file.put("general.architecture", "llama")
                .put("llama.block_count", LAYERS)
                .put("llama.embedding_length", WIDTH)
                .put("llama.feed_forward_length", EXPERT_WIDTH)
                .put("llama.attention.head_count", HEADS)
                .put("llama.attention.head_count_kv", KV_HEADS)
                .put("llama.attention.key_length", HEAD_WIDTH)
                .put("llama.attention.layer_norm_rms_epsilon", EPSILON)
                .put("llama.attention.sliding_window", window)
                .put("llama.rope.freq_base", THETA)
                .put("llama.context_length", 500)
                .put("llama.expert_count", EXPERTS)
                .put("llama.expert_used_count", K)
                .put("llama.vocab_size", VOCABULARY)
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.tokens", new Object[] {"<unk>", "<s>", "</s>", "a", "b"})
                .put("tokenizer.ggml.scores", new Object[] {0f, 0f, 0f, -1f, -2f})
                .put("tokenizer.ggml.token_type", new Object[] {2, 3, 3, 1, 1});
    }

    private double[] norm(String name) {
        float[] values = new float[WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 + 0.2f * (float) random.nextGaussian();
        }
        file.f32(name, values, WIDTH);
        return rows(values, WIDTH, 0, 1)[0];
    }

    private double[][] matrix(String name, int rows, int columns) {
        float[] values = gaussian(rows * columns, columns);
        file.f32(name, values, rows, columns);
        return rows(values, columns, 0, rows);
    }

    private double[][][] experts(String name, int rows, int columns) {
        float[] values = gaussian(EXPERTS * rows * columns, columns);
        file.f32(name, values, EXPERTS, rows, columns);
        double[][][] experts = new double[EXPERTS][][];
        for (int e = 0; e < EXPERTS; e++) {
            experts[e] = rows(values, columns, e * rows, rows);
        }
        return experts;
    }

    private float[] gaussian(int size, int columns) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (1.5 * random.nextGaussian() / Math.sqrt(columns));
        }
        return values;
    }

    private static double[][] rows(float[] values, int columns, int first, int count) {
        double[][] rows = new double[count][columns];
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < columns; c++) {
                rows[r][c] = values[(first + r) * columns + c];
            }
        }
        return rows;
    }

    /** The whole text at once, every position from the start. */
    Run run(int... tokens) {
        int n = tokens.length;
        Run run = new Run(
                new double[n][], new int[LAYERS][n][K], new double[LAYERS][n][K], new double[LAYERS][n][EXPERTS]);
        double[][] hidden = new double[n][];
        for (int t = 0; t < n; t++) {
            hidden[t] = embedding[tokens[t]].clone();
        }
        for (int l = 0; l < LAYERS; l++) {
            attention(layers[l], hidden);
            for (int t = 0; t < n; t++) {
                mixture(layers[l], hidden[t], run.experts[l][t], run.weights[l][t], run.probabilities[l][t]);
            }
        }
        for (int t = 0; t < n; t++) {
            run.logits[t] = times(output, normed(hidden[t], outputNorm));
        }
        return run;
    }

    private void attention(Layer layer, double[][] hidden) {
        int n = hidden.length;
        double[][] queries = new double[n][];
        double[][] keys = new double[n][];
        double[][] values = new double[n][];
        for (int t = 0; t < n; t++) {
            double[] x = normed(hidden[t], layer.attentionNorm);
            queries[t] = rotated(times(layer.query, x), t);
            keys[t] = rotated(times(layer.key, x), t);
            values[t] = times(layer.value, x);
        }
        for (int t = 0; t < n; t++) {
            double[] attended = new double[HEADS * HEAD_WIDTH];
            for (int h = 0; h < HEADS; h++) {
                int kv = h / (HEADS / KV_HEADS) * HEAD_WIDTH;
                int first = window == 0 ? 0 : Math.max(0, t - window + 1);
                double[] scores = new double[t + 1 - first];
                for (int s = first; s <= t; s++) {
                    for (int d = 0; d < HEAD_WIDTH; d++) {
                        scores[s - first] += queries[t][h * HEAD_WIDTH + d] * keys[s][kv + d] / Math.sqrt(HEAD_WIDTH);
                    }
                }
                double[] shares = softmax(scores);
                for (int s = first; s <= t; s++) {
                    for (int d = 0; d < HEAD_WIDTH; d++) {
                        attended[h * HEAD_WIDTH + d] += shares[s - first] * values[s][kv + d];
                    }
                }
            }
            add(hidden[t], 1, times(layer.output, attended));
        }
    }

    /** Pairs (2i, 2i + 1), as llama.cpp's files have them. */
    private static double[] rotated(double[] heads, int position) {
        double[] out = new double[heads.length];
        for (int i = 0; i < heads.length; i += 2) {
            double angle = position * Math.pow(THETA, -(double) (i % HEAD_WIDTH) / HEAD_WIDTH);
            out[i] = heads[i] * Math.cos(angle) - heads[i + 1] * Math.sin(angle);
            out[i + 1] = heads[i] * Math.sin(angle) + heads[i + 1] * Math.cos(angle);
        }
        return out;
    }

    private static void mixture(Layer layer, double[] hidden, int[] chosen, double[] weights, double[] probabilities) {
        double[] x = normed(hidden, layer.expertNorm);
        double[] logits = times(layer.router, x);
        System.arraycopy(softmax(logits), 0, probabilities, 0, EXPERTS);
        double[] left = logits.clone();
        double[] best = new double[K];
        for (int choice = 0; choice < K; choice++) {
            for (int e = 1; e < EXPERTS; e++) {
                chosen[choice] = left[e] > left[chosen[choice]] ? e : chosen[choice];
            }
            best[choice] = left[chosen[choice]];
            left[chosen[choice]] = Double.NEGATIVE_INFINITY;
        }
        System.arraycopy(softmax(best), 0, weights, 0, K);
        for (int choice = 0; choice < K; choice++) {
            double[] gate = times(layer.gate[chosen[choice]], x);
            double[] up = times(layer.up[chosen[choice]], x);
            for (int i = 0; i < EXPERT_WIDTH; i++) {
                gate[i] *= up[i] / (1 + Math.exp(-gate[i]));
            }
            add(hidden, weights[choice], times(layer.down[chosen[choice]], gate));
        }
    }

    private static double[] times(double[][] matrix, double[] x) {
        double[] y = new double[matrix.length];
        for (int r = 0; r < matrix.length; r++) {
            for (int c = 0; c < x.length; c++) {
                y[r] += matrix[r][c] * x[c];
            }
        }
        return y;
    }

    private static void add(double[] to, double factor, double[] x) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * x[i];
        }
    }

    private static double[] normed(double[] x, double[] weight) {
        double squares = 0;
        for (double v : x) {
            squares += v * v;
        }
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i] / Math.sqrt(squares / x.length + EPSILON) * weight[i];
        }
        return out;
    }

    private static double[] softmax(double[] x) {
        double sum = 0;
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = Math.exp(x[i]);
            sum += out[i];
        }
        for (int i = 0; i < x.length; i++) {
            out[i] /= sum;
        }
        return out;
    }
}
