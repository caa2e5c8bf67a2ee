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

    /** Writes the rows of a group from {@code first} on, zeros below the last one, to memory that is all zeros. */
    void group(Tensor tensor, long first, MemorySegment target, long at) {
        long rows = Math.min(Packing.ROWS, tensor.rows() - first);
        long rowBytes = tensor.format().bytes(tensor.columns());
        int blockBytes = tensor.format().blockBytes();
        int blocksOfSuper = packing.superColumns() / tensor.format().blockSize();
        MemorySegment row = MemorySegment.ofArray(new byte[Math.toIntExact(rowBytes)]);
        for (int r = 0; r < rows; r++) {
            tensor.copyRow(first + r, row, 0);
            for (long b = 0; b < rowBytes / blockBytes; b++) {
                codes.read(tensor.format(), row, b * blockBytes);
                put(Packing.lane(r), target, at + b / blocksOfSuper * packing.superBytes());
            }
        }
    }

    private void put(int lane, MemorySegment target, long at) {
        codes(lane, target, at);
        long half = at + packing.halfAt(lane);
        target.set(HALF, half, codes.scale);
        if (packing.hasMinimums()) {
            target.set(HALF, half + Packing.HALVES, codes.minimum);
        }
        for (int i = 0; i < packing.scales(); i++) {
            long scale = at + packing.scaleAt(i, lane);
            target.set(BYTE, scale, codes.scales[i]);
            if (packing.hasMinimums()) {
                target.set(BYTE, scale + Packing.PAIRED, codes.minimums[i]);
            }
        }
    }

    private void codes(int lane, MemorySegment target, long at) {
        for (int b = 0; b < packing.blocks(); b++) {
            int first = b * Packing.COLUMNS;
            long block = at + packing.blockAt(b);
            if (packing.bits() == 8) {
                bytes(lane, first, target, block);
                continue;
            }
            if (packing.hasLevels()) {
                ranks(lane, first, target, block);
                continue;
            }
            for (int c = 0; c < Packing.COLUMNS; c += 4) {
                word(lane, first + c, 0, 4, target, block + packing.lowAt(c));
            }
            for (int c = 0; packing.highBits() > 0 && c < Packing.COLUMNS; c += packing.pieceColumns()) {
                word(lane, first + c, 4, packing.highBits(), target, block + packing.highAt(c));
            }
        }
    }

    private void bytes(int lane, int first, MemorySegment target, long at) {
        for (int c = 0; c < Packing.COLUMNS; c++) {
            target.set(BYTE, at + (long) c * Packing.ROWS + lane, codes.codes[first + c]);
        }
    }

    private void ranks(int lane, int first, MemorySegment target, long at) {
        int half = packing.pieceColumns();
        for (int c = 0; c < half; c += 2) {
            int word = 0;
            for (int column : new int[] {c, c + 1, c + half, c + half + 1}) {
                word |= codes.codes[first + column] << packing.lowShift(column);
            }
            target.set(HALF, at + packing.lowAt(c) + 2L * lane, (short) word);
        }
    }

    /** Some bits, from {@code shift} on, of as many codes as fill a word of 16. */
    private void word(int lane, int first, int shift, int bits, MemorySegment target, long at) {
        int word = 0;
        for (int i = 0; i < Short.SIZE / bits; i++) {
            word |= (codes.codes[first + i] >> shift & ((1 << bits) - 1)) << (i * bits);
        }
        target.set(HALF, at + 2L * lane, (short) word);
    }
}
