package moira.cli;

import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.train.decoder.MixtralShape;
import picocli.CommandLine.Option;

/** The dimensions of a model that is to be trained. */
final class TrainingShape {
    private static final float EPSILON = 1e-5f;
    private static final float ROPE_THETA = 1e4f;

    @Option(names = "--layers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int layers = 8;

    @Option(names = "--width", paramLabel = "N", description = "Of a hidden state. Default: ${DEFAULT-VALUE}.")
    private int width = 256;

    @Option(names = "--heads", paramLabel = "N", description = "Of attention. Default: ${DEFAULT-VALUE}.")
    private int heads = 8;

    @Option(
            names = "--kv-heads",
            paramLabel = "N",
            description = "Keys and values that the heads share. Default: ${DEFAULT-VALUE}.")
    private int kvHeads = 2;

    @Option(names = "--experts", paramLabel = "N", description = "In each layer. Default: ${DEFAULT-VALUE}.")
    private int experts = 8;

    @Option(names = "--top-k", paramLabel = "N", description = "Experts of a token. Default: ${DEFAULT-VALUE}.")
    private int topK = 2;

    @Option(
            names = "--expert-width",
            paramLabel = "N",
            description = "Of an expert's hidden layer. Default: ${DEFAULT-VALUE}.")
    private int expertWidth = 512;

    @Option(
            names = "--vocabulary",
            paramLabel = "N",
            description = "Pieces to learn, special tokens and bytes included. Default: ${DEFAULT-VALUE}.")
    private int vocabulary = 4096;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "A tokenizer.model to take, in the place of learning one.")
    private Path tokenizer;

    Path tokenizer() {
        return tokenizer;
    }

    int vocabulary() {
        return vocabulary;
    }

    /** @param context the longest sequence that is learnt from */
    MixtralShape config(int context) {
        int[] values = {layers, width, heads, kvHeads, experts, topK, expertWidth, vocabulary};
        String[] names = {
            "--layers", "--width", "--heads", "--kv-heads", "--experts", "--top-k", "--expert-width", "--vocabulary"
        };
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 1) {
                throw MoiraException.expected(names[i], "at least 1", values[i]);
            }
        }
        if (width % heads != 0) {
            throw MoiraException.expected("--width", "a width that " + heads + " heads divide", width);
        }
        return new MixtralShape(
                        width,
                        layers,
                        heads,
                        kvHeads,
                        width / heads,
                        expertWidth,
                        experts,
                        topK,
                        vocabulary,
                        context,
                        EPSILON,
                        ROPE_THETA)
                .checked("model");
    }
}
