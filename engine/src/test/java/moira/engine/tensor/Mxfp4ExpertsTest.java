package moira.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;

/** Experts of gpt-oss in its folders' layout, against the definition in plain loops: scale times the float of 4 bits. */
class Mxfp4ExpertsTest {
    private static final double[] FLOATS = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
    private static final int EXPERTS = 3;
    private static final int ROWS = 6;
    private static final int COLUMNS = 96;

    private final byte[] blocks = new byte[EXPERTS * ROWS * COLUMNS / 2];
    private final byte[] scales = new byte[EXPERTS * ROWS * COLUMNS / 32];
    private final Mxfp4Experts experts;

    Mxfp4ExpertsTest() {
        Random random = new Random(4);
        random.nextBytes(blocks);
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (byte) random.nextInt(110, 131);
        }
        experts = experts(COLUMNS);
    }

    private Mxfp4Experts experts(int columns) {
        return new Mxfp4Experts(
                "experts", EXPERTS, ROWS, columns, MemorySegment.ofArray(blocks), MemorySegment.ofArray(scales));
    }

    @Test
    void rowsAreThoseOfTheDefinition() {
        for (int e = 0; e < EXPERTS; e++) {
            for (int row = 0; row < ROWS; row++) {
                assertRow(experts.all(e), row, e, row);
            }
            for (int row = 0; row < ROWS / 2; row++) {
                assertRow(experts.gate(e), row, e, 2 * row);
                assertRow(experts.up(e), row, e, 2 * row + 1);
            }
        }
    }

    private void assertRow(Tensor matrix, int row, int expert, int ofExpert) {
        float[] found = new float[COLUMNS];
        matrix.row(row, found, 0);
        for (int c = 0; c < COLUMNS; c++) {
            assertThat((double) found[c])
                    .as("%s, row %d, column %d", matrix.name(), row, c)
                    .isEqualTo(value(expert * ROWS + ofExpert, c));
        }
    }

    private double value(int row, int column) {
        int at = row * COLUMNS + column;
        int code = blocks[at / 2] >> (column % 2 * 4) & 0xF;
        double scale = Math.pow(2, scales[at / 32] - 127 + (scales[at / 32] < 0 ? 256 : 0));
        return (code < 8 ? 1 : -1) * FLOATS[code % 8] * scale;
    }

    @Test
    void itsRowsAreThoseOfMxfp4() {
        Tensor gate = experts.gate(1);
        assertThat(gate.shape()).containsExactly(ROWS / 2L, (long) COLUMNS);
        byte[] bytes = new byte[ROWS / 2 * 51];
        for (int row = 0; row < ROWS / 2; row++) {
            gate.copyRow(row, MemorySegment.ofArray(bytes), row * 51L);
        }
        Tensor copied = new Tensor("copied", TensorFormat.MXFP4, gate.shape(), MemorySegment.ofArray(bytes));
        assertThat(copied.toFloats()).containsExactly(gate.toFloats());
    }

    @Test
    void otherBytesThanTheShapeMakesAreRefused() {
        assertThatThrownBy(() -> experts(128))
                .isInstanceOf(MoiraException.class)
                .hasMessage("experts, blocks: expected 1152 bytes, found 864");
    }
}
