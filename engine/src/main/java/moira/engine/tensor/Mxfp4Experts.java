package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.List;
import moira.engine.MoiraException;

/**
 * The experts of a layer of gpt-oss as its folders have them: codes of 4 bits {@code [experts, rows, columns / 32, 16]}
 * ({@code _blocks}), two columns a byte, the first one in its lower half, and E8M0 scales {@code [experts, rows, columns / 32]}
 * ({@code _scales}). Codes and scales are {@link TensorFormat#MXFP4}'s, so an expert's matrix is one of that format, whose rows
 * are put together when they are read.
 *
 * @param name for errors, and of the matrices
 * @param rows of an expert
 * @param blocks the bytes of {@code _blocks}
 * @param scales the bytes of {@code _scales}
 */
public record Mxfp4Experts(
        String name, long experts, long rows, long columns, MemorySegment blocks, MemorySegment scales) {
    private static final int BLOCK = 32;
    private static final int HALF = BLOCK / 2;

    /** @throws MoiraException if the bytes are not as many as that shape makes */
    public Mxfp4Experts {
        long values = TensorFormat.F32.bytes(List.of(experts, rows, columns), name) / Float.BYTES;
        if (columns % BLOCK != 0) {
            throw MoiraException.expected(name, "rows of whole blocks of " + BLOCK + " values", columns);
        }
        requireBytes(name + ", blocks", values / 2, blocks);
        requireBytes(name + ", scales", values / BLOCK, scales);
    }

    private static void requireBytes(String where, long expected, MemorySegment found) {
        if (found.byteSize() != expected) {
            throw MoiraException.expected(where, expected + " bytes", found.byteSize());
        }
    }

    /** All rows of an expert: its down projection. */
    public Tensor all(long expert) {
        return every(expert, 0, 1);
    }

    /** The even rows of an expert whose gate and up projection lie interleaved: the gate. */
    public Tensor gate(long expert) {
        return every(expert, 0, 2);
    }

    /** The odd ones: the up projection. */
    public Tensor up(long expert) {
        return every(expert, 1, 2);
    }

    private Tensor every(long expert, long first, int step) {
        long ofExpert = rows * columns / 2;
        List<Long> shape = List.of(rows / step, columns);
        return new Tensor(
                name + "[" + expert + "]",
                TensorFormat.MXFP4,
                shape,
                blocks.asSlice(expert * ofExpert, ofExpert),
                false,
                (row, out, at) -> read(expert * rows + first + row * step, out, at));
    }

    private void read(long row, MemorySegment out, long at) {
        long firstBlock = row * columns / BLOCK;
        for (long b = 0; b < columns / BLOCK; b++) {
            long to = at + b * TensorFormat.MXFP4.blockBytes();
            out.set(JAVA_BYTE, to, scales.get(JAVA_BYTE, firstBlock + b));
            long from = (firstBlock + b) * HALF;
            for (int j = 0; j < HALF; j++) {
                int low = Bits.nibble(blocks, from + j / 2, j % 2);
                int high = Bits.nibble(blocks, from + HALF / 2 + j / 2, j % 2);
                out.set(JAVA_BYTE, to + 1 + j, (byte) (low | high << 4));
            }
        }
    }
}
