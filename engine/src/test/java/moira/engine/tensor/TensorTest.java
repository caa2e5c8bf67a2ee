package moira.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;

class TensorTest {
    private final Tensor experts = counting(2, 3, 4);

    @Test
    void readsRows() {
        float[] out = new float[6];
        experts.row(4, out, 1);
        assertThat(out).containsExactly(0, 16, 17, 18, 19, 0);
        assertThat(experts.rows()).isEqualTo(6);
        assertThat(experts.columns()).isEqualTo(4);
        assertThatThrownBy(() -> experts.row(6, out, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void slicesTheOutermostDimension() {
        Tensor second = experts.slice(1);
        assertThat(second.name()).isEqualTo("t[1]");
        assertThat(second.shape()).containsExactly(3L, 4L);
        assertThat(second.toFloats()).startsWith(12, 13).endsWith(22, 23).hasSize(12);
        assertThatThrownBy(() -> experts.slice(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void slicesBlocks() {
        byte[] blocks = new byte[2 * 34];
        blocks[34] = 0;
        blocks[35] = 0x3C; // 1.0 as a half
        blocks[36] = 7;
        Tensor tensor = new Tensor("t", TensorFormat.Q8_0, List.of(2L, 1L, 32L), MemorySegment.ofArray(blocks));
        assertThat(tensor.slice(1).toFloats()).hasSize(32).startsWith(7, 0);
    }

    @Test
    void emptyAndScalar() {
        assertThat(counting(0, 4).rows()).isZero();
        assertThat(counting(4, 0).rows()).isZero();
        assertThat(counting().toFloats()).containsExactly(0);
    }

    @Test
    void holdsItsDataAgainstItsShape() {
        assertThatThrownBy(() -> new Tensor("t", TensorFormat.F32, List.of(3L), MemorySegment.ofArray(new byte[8])))
                .isInstanceOf(MoiraException.class)
                .hasMessage("t: expected 12 bytes for F32 [3], found 8");
    }

    private static Tensor counting(int... dimensions) {
        List<Long> shape = Arrays.stream(dimensions).asLongStream().boxed().toList();
        int size = Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b));
        ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            bytes.putFloat(i);
        }
        return new Tensor("t", TensorFormat.F32, shape, MemorySegment.ofArray(bytes.array()));
    }
}
