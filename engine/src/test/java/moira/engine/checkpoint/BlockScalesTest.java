package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;
import org.junit.jupiter.api.Test;

/** Weights of 8 bits with a factor for each 128 x 128, as DeepSeek-V3's folders have them, against PyTorch's product of the two. */
class BlockScalesTest {
    private static final int BLOCK = 128;

    private final SafetensorsFile file = file();
    private final Tensor weight = tensor("weight");
    private final Tensor factors = tensor("weight_scale_inv");
    private final float[] expected = tensor("expected").toFloats();

    @Test
    void valuesAreThoseOfPyTorchToTheBit() {
        assertThat(weight.format()).isEqualTo(TensorFormat.F8_E4M3);
        Tensor scaled = weight.scaled(factors, BLOCK, BLOCK);
        assertThat(scaled.toFloats()).containsExactly(expected);
        float[] row = new float[142];
        for (int r : new int[] {0, 127, 128, 129}) {
            scaled.row(r, row, 1);
            for (int c = 0; c < 140; c++) {
                assertThat(row[1 + c]).as("row %d, column %d", r, c).isEqualTo(expected[140 * r + c]);
            }
        }
    }

    @Test
    void factorsOfAnotherMatrixAreRefused() {
        assertThatThrownBy(() -> weight.scaled(factors, 64, BLOCK))
                .isInstanceOf(MoiraException.class)
                .hasMessage("weight_scale_inv: expected shape [3, 2], a factor for each 64 x 128 of [130, 140],"
                        + " found [2, 2]");
    }

    private Tensor tensor(String name) {
        return file.entries().get(name).tensor().orElseThrow();
    }

    private static SafetensorsFile file() {
        InputStream in = BlockScalesTest.class.getResourceAsStream("/fp8-blocks.safetensors.gz");
        try (InputStream unpacked = new GZIPInputStream(in)) {
            return SafetensorsFile.parse(MemorySegment.ofArray(unpacked.readAllBytes()), "fp8-blocks.safetensors");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
