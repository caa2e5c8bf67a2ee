package moira.engine.decoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.RoutingObserver;
import moira.engine.Session;
import moira.engine.io.Sha256;
import moira.engine.kernel.KernelSets;

/**
 * Every routing decision of some golden documents, with all its weights and probabilities, as one SHA-256. As a program
 * ({@code MODEL GOLDEN KERNELS THREADS BATCH TOKENS}) it prints that of a fresh JVM.
 */
final class RoutingDigest implements RoutingObserver {
    private static final int DOCUMENTS = 3;

    private final MessageDigest digest;
    private final int k;
    private final int experts;
    /** {@code [layer][position]}: batches arrive layer by layer, and the digest must not depend on their size. */
    private final byte[][][] rows;

    private RoutingDigest(DecoderShape shape, int tokens) {
        digest = Sha256.begin();
        k = shape.k();
        experts = shape.experts();
        rows = new byte[shape.layers()][tokens][];
    }

    private record DecoderShape(int layers, int experts, int k) {}

    public static void main(String[] args) throws IOException {
        ModelOptions options = ModelOptions.defaults()
                .withKernels(KernelSets.named(args[2]))
                .withThreads(Integer.parseInt(args[3]))
                .withBatch(Integer.parseInt(args[4]));
        System.out.println(of(Path.of(args[0]), Path.of(args[1]), options, Integer.parseInt(args[5])));
    }

    /** The digest over the first {@code tokens} of each document, log-probabilities included. */
    static String of(Path path, Path goldenFile, ModelOptions options, int tokens) throws IOException {
        Golden golden = new Golden(goldenFile);
        int[][] documents = new int[DOCUMENTS][];
        for (int document = 0; document < DOCUMENTS; document++) {
            documents[document] = Arrays.copyOf(golden.tokens(document), tokens);
        }
        return of(path, documents, options);
    }

    /** The digest over some documents of the same length. */
    static String of(Path path, int[][] documents, ModelOptions options) {
        int tokens = documents[0].length;
        try (Model model = Model.load(path, options)) {
            DecoderShape shape = new DecoderShape(
                    model.architecture().depth(),
                    model.architecture().experts(),
                    model.architecture().expertsPerToken());
            RoutingDigest digest = new RoutingDigest(shape, tokens);
            Session session = model.newSession();
            session.observe(digest);
            for (int[] document : documents) {
                session.reset();
                digest.add(session.logProbabilities(document));
            }
            return HexFormat.of().formatHex(digest.digest.digest());
        }
    }

    @Override
    public void routed(int layer, int position, int tokens, int[] chosen, float[] weights, float[] probabilities) {
        for (int t = 0; t < tokens; t++) {
            ByteBuffer row = ByteBuffer.allocate((2 * k + experts) * 4);
            for (int i = t * k; i < (t + 1) * k; i++) {
                row.putInt(chosen[i]).putFloat(weights[i]);
            }
            for (int e = t * experts; e < (t + 1) * experts; e++) {
                row.putFloat(probabilities[e]);
            }
            rows[layer][position + t] = row.array();
        }
    }

    private void add(float[] logProbabilities) {
        for (byte[][] layer : rows) {
            for (byte[] row : layer) {
                // Layers without experts tell nothing.
                if (row != null) {
                    digest.update(row);
                }
            }
        }
        for (float value : logProbabilities) {
            digest.update(ByteBuffer.allocate(4).putFloat(value).array());
        }
    }
}
