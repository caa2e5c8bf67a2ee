package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import moira.engine.kernel.Packing;
import moira.engine.tensor.BlockCodes;
import moira.engine.tensor.Tensor;

/** Rearranges rows of a quantised tensor into a group of {@link Packing}; belongs to one thread. */
final class Packer {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final Packing packing;
    private final BlockCodes codes = new BlockCodes();

    Packer(Packing packing) {
        this.packing = packing;
    }

    /** Writes 32 rows from {@code first} on, zeros below the last one, to memory that is all zeros. */
    void group(Tensor tensor, long first, MemorySegment target, long at) {
        long rows = Math.min(Packing.ROWS, tensor.rows() - first);
        long rowBytes = tensor.data().byteSize() / tensor.rows();
        int blockBytes = tensor.format().blockBytes();
        int blocksOfSuper = packing.superColumns() / tensor.format().blockSize();
        for (int r = 0; r < rows; r++) {
            long row = (first + r) * rowBytes;
            for (long b = 0; b < rowBytes / blockBytes; b++) {
                codes.read(tensor.format(), tensor.data(), row + b * blockBytes);
                put(Packing.lane(r), target, at + b / blocksOfSuper * packing.superBytes());
            }
        }
    }

    private void put(int lane, MemorySegment target, long at) {
        for (int b = 0; b < packing.blocks(); b++) {
            block(lane, 32 * b, target, at + (long) b * packing.blockBytes());
        }
        int scales = packing.scaleBytes() / Packing.ROWS;
        for (int i = 0; i < scales; i++) {
            target.set(BYTE, at + packing.scalesAt() + i * 32L + lane, codes.scales[i]);
            if (packing.hasMinimums()) {
                target.set(BYTE, at + packing.scalesAt() + packing.scaleBytes() + i * 32L + lane, codes.minimums[i]);
            }
        }
        target.set(HALF, at + packing.halvesAt() + 2L * lane, codes.scale);
        if (packing.hasMinimums()) {
            target.set(HALF, at + packing.halvesAt() + 2L * Packing.ROWS + 2L * lane, codes.minimum);
        }
    }

    private void block(int lane, int first, MemorySegment target, long at) {
        if (packing.bits() == 8) {
            for (int c = 0; c < 32; c++) {
                target.set(BYTE, at + c * 32L + lane, codes.codes[first + c]);
            }
            return;
        }
        words(lane, first, 0, 4, target, at);
        if (packing.highBits() > 0) {
            words(lane, first, 4, packing.highBits(), target, at + 512);
        }
    }

    /** Some bits of every code, from {@code shift} on, in words of 16. */
    private void words(int lane, int first, int shift, int bits, MemorySegment target, long at) {
        int columns = Short.SIZE / bits;
        for (int c = 0; c < 32; c += columns) {
            int word = 0;
            for (int i = 0; i < columns; i++) {
                word |= (codes.codes[first + c + i] >> shift & ((1 << bits) - 1)) << (i * bits);
            }
            target.set(HALF, at + c / columns * 64L + 2L * lane, (short) word);
        }
    }
}
