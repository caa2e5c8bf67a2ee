package moira.train;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import moira.engine.io.Replacement;
import moira.train.decoder.MixtralShape;
import moira.train.decoder.Parameters;
import moira.train.output.ModelFolder;
import moira.train.vocabulary.SentencePieceOutput;

/** Models small enough to train and to difference in a test. */
public final class TinyModels {
    /** The special tokens, the bytes and five letters. */
    public static final int VOCABULARY = SentencePieceOutput.RESERVED + 5;

    private TinyModels() {}

    public static MixtralShape config(
            int layers, int width, int heads, int kvHeads, int headWidth, int expertWidth, int experts, int k) {
        return new MixtralShape(
                width, layers, heads, kvHeads, headWidth, expertWidth, experts, k, VOCABULARY, 64, 1e-5f, 1e4f);
    }

    /** Random weights large enough that every part of the decoder shows in the logits; norms are not 1. */
    public static Parameters spread(MixtralShape config, long seed) {
        Parameters parameters = Parameters.random(config, seed);
        Random random = new Random(seed);
        parameters.all().forEach((name, tensor) -> {
            FloatBuffer values = tensor.createBuffer();
            long columns = tensor.shape()[tensor.shape().length - 1];
            boolean norm = tensor.shape().length == 1;
            for (int i = 0; i < values.capacity(); i++) {
                double value =
                        norm ? 1 + 0.2 * random.nextGaussian() : 1.5 * random.nextGaussian() / Math.sqrt(columns);
                values.put(i, (float) value);
            }
        });
        return parameters;
    }

    /** A folder that the engine reads. */
    public static void write(Path folder, Parameters parameters) {
        Replacement.write(
                folder.resolve(ModelFolder.TOKENIZER), SentencePieceOutput.bytes(List.of("a", "b", "c", "d", "e")));
        ModelFolder.write(folder, parameters, 1, 2);
    }
}
