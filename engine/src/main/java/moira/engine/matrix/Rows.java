package moira.engine.matrix;

import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/**
 * Activations that matrices are multiplied with, {@code [rows][columns]}: in floats, and, where the arithmetic permits it, in 8
 * bits too, for the matrices that take them.
 *
 * @param codes null where everything is to be multiplied in floats
 */
public record Rows(float[] values, int columns, Int8Rows codes) {
    /** Room for some rows; in 8 bits only where columns are whole blocks, since no other matrix would take them. */
    public static Rows of(int rows, int columns, boolean int8) {
        Int8Rows codes = null;
        if (int8 && columns % Packing.COLUMNS == 0) {
            codes = new Int8Rows();
            codes.reshape(rows, columns);
        }
        return new Rows(new float[rows * columns], columns, codes);
    }

    /** The same numbers, to be multiplied in floats alone. */
    public Rows inFloats() {
        return codes == null ? this : new Rows(values, columns, null);
    }

    /** To be called for every row when its floats are there, and before it is multiplied. */
    public void quantise(Kernels kernels, int row) {
        if (codes != null) {
            kernels.quantise(values, row * columns, codes, row);
        }
    }
}
