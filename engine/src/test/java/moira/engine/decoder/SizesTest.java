package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.engine.LoadListener;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Architectures;
import moira.engine.architecture.Pairing;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.TinyModel;
import moira.engine.matrix.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sizes that an int does not hold. */
@Timeout(60)
class SizesTest {
    private static final long HEAP = 4L << 30;
    private static final Rows.Formats FLOATS = new Rows.Formats(false, null);

    @TempDir
    private Path folder;

    private static Architecture config(int width, int heads, int headWidth, int expertWidth, int experts, int k) {
        return Architectures.mixtral(
                width, 1, heads, 1, headWidth, expertWidth, experts, k, 100, 1000, 1e-5f, 1e6f, 0, Pairing.HALVES);
    }

    /** Mixtral 8x7B as a case of everyday use, then each dimension at its end. */
    @Test
    void aBatchIsCutToWhatArraysHold() {
        assertThat(Activations.mostTokens(config(4096, 32, 128, 14_336, 8, 2), FLOATS, HEAP))
                .isBetween(512, 65_536);
        int large = Architecture.LARGEST;
        List<Architecture> ends = new ArrayList<>();
        ends.add(config(large, 1, 2, 2, 2, 1));
        ends.add(config(2, large / 2, 2, 2, 2, 1));
        ends.add(config(2, 1, large - 1, 2, 2, 1));
        ends.add(config(2, 1, 2, large, 2, 1));
        ends.add(config(2, 1, 2, large / 3, 3, 3));
        ends.add(config(2, 1, 2, 2, large, 1));
        for (Architecture config : ends) {
            long tokens = Activations.mostTokens(config, FLOATS, Long.MAX_VALUE);
            long widest = Math.max(config.width(), config.experts());
            widest = Math.max(
                    widest,
                    (long) config.attention().heads() * config.attention().keyWidth());
            widest = Math.max(
                    widest,
                    (long) config.expertsPerToken()
                            * config.mixture().orElseThrow().expertWidth());
            assertThat(tokens).isPositive();
            assertThat(tokens * widest).as("%s", config).isLessThan(Integer.MAX_VALUE);
            assertThat(Activations.mostTokens(config, FLOATS, HEAP)).isBetween(1, 2);
        }
    }

    @Test
    void aSmallHeapMakesSmallBatches() {
        Architecture config = config(4096, 32, 128, 14_336, 8, 2);
        int few = Activations.mostTokens(config, FLOATS, HEAP / 16);
        assertThat(few).isBetween(Activations.mostTokens(config, FLOATS, HEAP) / 16 - 1, 512);
        // The inside of the experts alone: gate and up of two experts.
        assertThat(few * 2L * 2 * 14_336 * Float.BYTES).isLessThan(HEAP / 16 / 2);
    }

    @Test
    void aSequenceHasAnEndThatIsNamed() throws IOException {
        Path file = Files.write(folder.resolve("tiny.gguf"), TinyModel.gguf().bytes());
        ModelOptions options = ModelOptions.defaults().withThreads(1).withResidence(Residence.RESIDENT);
        try (Checkpoint tiny = Checkpoints.open(file);
                Decoder decoder = DecoderLoader.load(tiny.architecture(), tiny.weights(), options, LoadListener.NONE)) {
            int most = 1 << 30;
            Sequence sequence = decoder.newSequence();
            sequence.advance(most - 1);
            assertThatThrownBy(() -> decoder.forward(sequence, new int[] {1, 1}, 0, 2, 2, null))
                    .isInstanceOf(MoiraException.class)
                    .hasMessage("sequence: expected at most %s tokens, found %s", most, most + 1);
            sequence.advance(Integer.MAX_VALUE - most);
            assertThatThrownBy(() -> decoder.forward(sequence, new int[] {1, 1}, 0, 2, 2, null))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining("found 2147483648");
        }
    }

    @Test
    void aCacheCountsInLong() {
        Architecture config =
                Architectures.mixtral(64, 1, 64, 64, 128, 2, 2, 1, 100, 1, 1e-5f, 1e6f, 0, Pairing.HALVES);
        long ofToken = 2L * 64 * 128;
        assertThat(KvCache.bytes(config.attention(), Arithmetic.FLOAT, 1 << 30)).isEqualTo((4 * ofToken) << 30);
        assertThat(KvCache.bytes(config.attention(), Arithmetic.INT8, 1 << 30)).isEqualTo((2 * ofToken) << 30);
        assertThat(KvCache.bytes(config.attention(), Arithmetic.INT8, (1 << 20) + 1))
                .isEqualTo(2 * ofToken * ((1 << 20) + 128));
    }
}
