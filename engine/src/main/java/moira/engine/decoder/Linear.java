package moira.engine.decoder;

import moira.engine.matrix.Matrix;

/**
 * {@code W x + b}.
 *
 * @param bias null for none
 */
// The array is a weight: nobody writes it.
@SuppressWarnings("ArrayRecordComponent")
record Linear(Matrix matrix, float[] bias) {
    long bytes() {
        return matrix.bytes();
    }
}
