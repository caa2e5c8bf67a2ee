package moira.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Packed products in plain loops: what every set of kernels computes. */
final class ScalarPacked {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;

    private ScalarPacked() {}

    static void quantise(float[] x, int at, Int8Rows out, int row) {
        int first = row * out.columns();
        for (int c = 0; c < out.columns(); c += Packing.COLUMNS) {
            float max = 0;
            for (int i = c; i < c + Packing.COLUMNS; i++) {
                max = Math.max(max, Math.abs(x[at + i]));
            }
            out.scales()[(first + c) / Packing.COLUMNS] = PackedCodes.scale(max);
            for (int i = c; i < c + Packing.COLUMNS; i++) {
                out.floats()[first + i] =
                        x[at + i] * PackedCodes.factor(max) + PackedCodes.ROUNDER - PackedCodes.ROUNDER;
            }
        }
        PackedCodes.finish(out, row);
    }

    static void product(
            Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        for (int r = 0; r < rows; r++) {
            float sum = 0;
            for (int c = 0; c < columns; c += packing.superColumns()) {
                sum = addScaled(packing, w, at, c, x, row * columns, r, sum);
                if (packing.hasMinimums()) {
                    sum = subtractMinimums(packing, w, at, c, x, row * columns, r, sum);
                }
            }
            y[yAt + r] = sum;
        }
    }

    private static float addScaled(
            Packing packing, MemorySegment w, long at, int from, Int8Rows x, int xAt, int r, float sum) {
        int step = packing.scaleColumns();
        int offMiddle = packing.offset() - packing.middle();
        for (int c = from; c < from + packing.superColumns(); c += step) {
            int dot = 0;
            for (int i = c; i < c + step; i++) {
                dot += (code(packing, w, at, r, i) + offMiddle) * x.codes()[xAt + i];
            }
            float scale = x.scales()[(xAt + c) / Packing.COLUMNS];
            sum = Math.fma((float) dot, scale(packing, w, at, r, c) * scale, sum);
        }
        return sum;
    }

    private static float subtractMinimums(
            Packing packing, MemorySegment w, long at, int from, Int8Rows x, int xAt, int r, float sum) {
        for (int c = from; c < from + packing.superColumns(); c += Packing.COLUMNS) {
            sum = Math.fma(middleMinimum(packing, w, at, r, c), x.corrections()[(xAt + c) / Packing.COLUMNS], sum);
        }
        return sum;
    }

    static void unpack(MemorySegment w, long at, Unpacked to) {
        Packing packing = to.packing();
        for (int r = 0; r < Packing.ROWS; r++) {
            for (int c = 0; c < to.columns(); c++) {
                int code = code(packing, w, at, r, c);
                if (to.shorts()) {
                    short middle = (short) (code + packing.offset() - packing.middle());
                    to.codes().set(ValueLayout.JAVA_SHORT, codeAt(to, r, c), middle);
                } else {
                    to.codes().set(ValueLayout.JAVA_FLOAT, codeAt(to, r, c), code);
                }
            }
            for (int c = 0; c < to.columns(); c += packing.scaleColumns()) {
                to.scales()[factorAt(to, r, c)] = scale(packing, w, at, r, c);
                if (packing.hasMinimums()) {
                    to.minimums()[factorAt(to, r, c)] =
                            to.shorts() ? middleMinimum(packing, w, at, r, c) : minimum(packing, w, at, r, c);
                }
            }
        }
    }

    /** The byte of a code. */
    private static long codeAt(Unpacked w, int row, int column) {
        if (w.shorts()) {
            return (long) column * Packing.LINE + (long) Packing.lane(row) * Short.BYTES;
        }
        long panel = (long) (row / Kernels.LANES) * w.columns() + column;
        return (panel * Kernels.LANES + row % Kernels.LANES) * Float.BYTES;
    }

    private static int factorAt(Unpacked w, int row, int column) {
        return row / Kernels.LANES * w.panelFactors()
                + column / w.packing().scaleColumns() * Kernels.LANES
                + row % Kernels.LANES;
    }

    static void dequantise(Unpacked w) {
        for (int r = 0; r < Packing.ROWS; r++) {
            for (int c = 0; c < w.columns(); c++) {
                int factor = factorAt(w, r, c);
                float value = w.scales()[factor] * w.codes().get(ValueLayout.JAVA_FLOAT, codeAt(w, r, c));
                float weight = w.packing().hasMinimums() ? value - w.minimums()[factor] : value;
                w.codes().set(ValueLayout.JAVA_FLOAT, codeAt(w, r, c), weight);
            }
        }
    }

    static void codesProduct(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y) {
        int superColumns = w.packing().superColumns();
        for (int t = 0; t < tokens; t++) {
            int xAt = (first + t) * x.columns() + column;
            for (int r = 0; r < Packing.ROWS; r++) {
                for (int c = 0; c < w.columns(); c += superColumns) {
                    y[t * Packing.ROWS + r] = addUnpacked(w, c, c + superColumns, x, xAt, r, y[t * Packing.ROWS + r]);
                }
            }
        }
    }

    private static float addUnpacked(Unpacked w, int from, int to, Int8Rows x, int xAt, int row, float sum) {
        int step = w.packing().scaleColumns();
        for (int c = from; c < to; c += step) {
            int dot = 0;
            for (int i = c; i < c + step; i++) {
                long at = codeAt(w, row, i);
                int code = w.shorts()
                        ? w.codes().get(ValueLayout.JAVA_SHORT, at)
                        : (int) w.codes().get(ValueLayout.JAVA_FLOAT, at);
                dot += code * x.codes()[xAt + i];
            }
            float scale = x.scales()[(xAt + c) / Packing.COLUMNS];
            sum = Math.fma((float) dot, w.scales()[factorAt(w, row, c)] * scale, sum);
        }
        for (int c = from; w.packing().hasMinimums() && c < to; c += Packing.COLUMNS) {
            float correction = x.corrections()[(xAt + c) / Packing.COLUMNS];
            sum = Math.fma(w.minimums()[factorAt(w, row, c)], correction, sum);
        }
        return sum;
    }

    /** q - offset of a weight. */
    static int code(Packing packing, MemorySegment w, long at, int row, int column) {
        int ofSuper = column % packing.superColumns();
        long block = superBlock(packing, at, column) + packing.blockAt(ofSuper / Packing.COLUMNS);
        int c = column % Packing.COLUMNS;
        int lane = Packing.lane(row);
        if (packing.bits() == 8) {
            return w.get(ValueLayout.JAVA_BYTE, block + (long) c * Packing.ROWS + lane);
        }
        int low = bits(w, block + packing.lowAt(c), lane, c, 4);
        int high = packing.highBits() == 0 ? 0 : bits(w, block + packing.highAt(c), lane, c, packing.highBits());
        return low + 16 * high - packing.offset();
    }

    /** The bits of a column in a word of 16. */
    private static int bits(MemorySegment w, long at, int lane, int column, int bits) {
        int word = w.get(HALF, at + 2L * lane);
        return word >> (column % (Short.SIZE / bits) * bits) & ((1 << bits) - 1);
    }

    private static long superBlock(Packing packing, long at, int column) {
        return at + (long) (column / packing.superColumns()) * packing.superBytes();
    }

    /** d s of a weight. */
    static float scale(Packing packing, MemorySegment w, long at, int row, int column) {
        long half = superBlock(packing, at, column) + packing.halfAt(Packing.lane(row));
        float d = Float.float16ToFloat(w.get(HALF, half));
        // Six bits without a sign, or eight with one: both read as a signed byte.
        return packing.scales() == 0 ? d : d * w.get(ValueLayout.JAVA_BYTE, byteAt(packing, at, row, column));
    }

    /** m t of a weight. */
    private static float minimum(Packing packing, MemorySegment w, long at, int row, int column) {
        long half = superBlock(packing, at, column) + packing.halfAt(Packing.lane(row)) + Packing.HALVES;
        return Float.float16ToFloat(w.get(HALF, half))
                * w.get(ValueLayout.JAVA_BYTE, byteAt(packing, at, row, column) + Packing.PAIRED);
    }

    /** m t of a weight, less what its code has less for being counted from the middle. */
    private static float middleMinimum(Packing packing, MemorySegment w, long at, int row, int column) {
        float middle = (packing.middle() - packing.offset()) * scale(packing, w, at, row, column);
        return minimum(packing, w, at, row, column) - middle;
    }

    private static long byteAt(Packing packing, long at, int row, int column) {
        int scale = column % packing.superColumns() / packing.scaleColumns();
        return superBlock(packing, at, column) + packing.scaleAt(scale, Packing.lane(row));
    }
}
