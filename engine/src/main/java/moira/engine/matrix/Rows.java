package moira.engine.matrix;

import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/**
 * Activations that matrices are multiplied with, {@code [rows][columns]}: in floats, and, where the arithmetic permits it, in 8
 * bits too, for the matrices that take them, and in bfloat16, for an accelerator.
 *
 * @param codes null where nothing is to be multiplied in 8 bits
 * @param bfloat16 null where there is no accelerator
 */
public record Rows(float[] values, int columns, Int8Rows codes, Bfloat16Rows bfloat16) {
    /** In what activations meet weights, beside floats. */
    public record Formats(boolean int8, Accelerator accelerator) {}

    /** Room for some rows; in other formats only where columns are whole blocks, since nothing else would take them. */
    public static Rows of(int rows, int columns, Formats formats) {
        boolean whole = columns % Packing.COLUMNS == 0;
        Int8Rows codes = null;
        if (formats.int8() && whole) {
            codes = new Int8Rows();
            codes.reshape(rows, columns);
        }
        Bfloat16Rows bfloat16 =
                formats.accelerator() == null || !whole ? null : Bfloat16Rows.of(rows, columns, formats.accelerator());
        return new Rows(new float[rows * columns], columns, codes, bfloat16);
    }

    /** Bytes of a row, in all its formats. */
    public static long bytes(int columns, Formats formats) {
        boolean whole = columns % Packing.COLUMNS == 0;
        long bytes = (long) Float.BYTES * columns;
        bytes += formats.int8() && whole ? Int8Rows.bytes(columns) : 0;
        return bytes + (formats.accelerator() != null && whole ? (long) Short.BYTES * columns : 0);
    }

    /** The same numbers, to be multiplied in floats alone. */
    public Rows inFloats() {
        return codes == null && bfloat16 == null ? this : new Rows(values, columns, null, null);
    }

    /** Whether so many rows together are the accelerator's. */
    boolean areAccelerated(int count) {
        return bfloat16 != null && count >= Bfloat16Rows.LEAST;
    }

    /** To be called for every row when its floats are there, and before it is multiplied. */
    public void quantise(Kernels kernels, int row) {
        if (codes != null) {
            kernels.quantise(values, row * columns, codes, row);
        }
        if (bfloat16 != null) {
            kernels.toBfloat16(values, row * columns, columns, bfloat16.values(), bfloat16.at(row));
        }
    }
}
