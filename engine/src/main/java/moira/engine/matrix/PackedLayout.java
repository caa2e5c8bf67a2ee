package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import moira.engine.io.Sha256;
import moira.engine.kernel.Packing;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/**
 * A name for how weights of a format are packed here: what packing makes of a known matrix. A file of packed weights carries it, and
 * is taken by whoever would write the same bits to the same places. So nobody has to remember to raise a version when
 * {@link Packing} changes, and a machine of another byte order has another name.
 */
public final class PackedLayout {
    /** More than one block of rows, so that the order of blocks counts. */
    private static final int ROWS = Matrix.BLOCK_ROWS + 1;

    private static final int BYTES = 8;

    private PackedLayout() {}

    /** 16 hexadecimal digits. */
    public static String name(TensorFormat format) {
        // More than one super-block, so that the order of columns counts.
        int columns = 2 * Packing.of(format).superColumns();
        Tensor known = known(format, columns);
        byte[] groups = new byte[Math.toIntExact(PackedMatrix.bytes(known))];
        PackedMatrix matrix = new PackedMatrix(known, MemorySegment.ofArray(groups));
        for (int block = 0; block < matrix.blocks(); block++) {
            matrix.pack(known, block);
        }
        return HexFormat.of().formatHex(Sha256.begin().digest(groups), 0, BYTES);
    }

    /** Any bytes are blocks of a quantised format. */
    private static Tensor known(TensorFormat format, int columns) {
        byte[] bytes = new byte[Math.toIntExact(format.bytes((long) ROWS * columns))];
        new SplittableRandom(1).nextBytes(bytes);
        return new Tensor("known", format, List.of((long) ROWS, (long) columns), MemorySegment.ofArray(bytes));
    }
}
