package moira.engine.decoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import moira.engine.LoadListener;
import moira.engine.ModelOptions;
import moira.engine.architecture.Architecture;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.TinyModel;

/** The decoder of {@link TinyModel}, on one thread. */
final class TinyDecoder implements AutoCloseable {
    private final Checkpoint checkpoint;
    private final Decoder decoder;

    TinyDecoder(Path folder) throws IOException {
        checkpoint = Checkpoints.open(
                Files.write(folder.resolve("tiny.gguf"), TinyModel.gguf().bytes()));
        ModelOptions options = ModelOptions.defaults().withThreads(1).withResidence(Residence.RESIDENT);
        decoder = DecoderLoader.load(checkpoint.architecture(), checkpoint.weights(), options, LoadListener.NONE);
    }

    Decoder decoder() {
        return decoder;
    }

    Architecture architecture() {
        return decoder.architecture();
    }

    /** Takes tokens, and gives {@code [wanted][vocabulary]} logits of the last of them. */
    float[] logits(Sequence sequence, int[] tokens, int wanted) {
        float[] logits = new float[wanted * architecture().vocabulary()];
        decoder.forward(sequence, tokens, 0, tokens.length, wanted, null);
        decoder.logits(sequence, tokens.length - wanted, wanted, logits);
        return logits;
    }

    @Override
    public void close() {
        decoder.close();
        checkpoint.close();
    }
}
