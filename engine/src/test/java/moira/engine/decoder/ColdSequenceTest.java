package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first tokens of a cold process are for scalar kernels; what they compute is the same. */
class ColdSequenceTest {
    private static final int[] TEXT = {0, 3, 1, 4, 2, 2};
    private static final int COLD = 3;

    @TempDir
    Path folder;

    private TinyDecoder tiny;
    private Decoder decoder;

    @BeforeEach
    void load() throws IOException {
        tiny = new TinyDecoder(folder);
        decoder = tiny.decoder();
    }

    @AfterEach
    void close() {
        tiny.close();
    }

    @Test
    void theFirstTokensAreForScalarKernelsAndTheRestIsNot() {
        Sequence sequence = cold();
        decoder.forward(sequence, TEXT, 0, COLD, 0, null);
        assertThat(kernels(sequence)).isEqualTo("scalar");
        decoder.forward(sequence, TEXT, COLD, 1, 0, null);
        assertThat(kernels(sequence)).startsWith("vector");
    }

    @Test
    void aPromptThatIsTooLongIsNotCutInTwo() {
        Sequence sequence = cold();
        decoder.forward(sequence, TEXT, 0, COLD + 1, 0, null);
        assertThat(kernels(sequence)).startsWith("vector");
        decoder.forward(sequence, TEXT, COLD + 1, 1, 0, null);
        assertThat(kernels(sequence)).startsWith("vector");
    }

    @Test
    void theSameBitsAsWithoutThem() {
        assertThat(lastLogits(cold())).isEqualTo(lastLogits(decoder.newSequence()));
    }

    @Test
    void aSmallModelHasSomeAndNoSequenceHasThemUnasked() {
        Sequence asked = decoder.newColdSequence(64);
        decoder.forward(asked, TEXT, 0, 1, 0, null);
        assertThat(kernels(asked)).isEqualTo("scalar");
        Sequence unasked = decoder.newSequence();
        decoder.forward(unasked, TEXT, 0, 1, 0, null);
        assertThat(kernels(unasked)).startsWith("vector");
    }

    private Sequence cold() {
        return new Sequence(tiny.architecture(), Arithmetic.FLOAT, COLD, 64, Arena.ofAuto());
    }

    private static String kernels(Sequence sequence) {
        return sequence.pass().products().kernels().name();
    }

    private float[] lastLogits(Sequence sequence) {
        decoder.forward(sequence, TEXT, 0, COLD, 0, null);
        return tiny.logits(sequence, Arrays.copyOfRange(TEXT, COLD, TEXT.length), 1);
    }
}
