package moira.engine.kernel;

import java.lang.foreign.Arena;
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
        float[] sums = new float[Packing.ROWS];
        try (Arena arena = Arena.ofConfined()) {
            int step = packing.superColumns();
            MemorySegment codes = arena.allocate(Unpacked.codeBytes(step), Float.BYTES);
            Unpacked superBlock = new Unpacked(packing, codes, Unpacked.shorts(packing), step, new Factors());
            superBlock.factors().reshape(packing, step);
            for (int c = 0; c < columns; c += step) {
                unpack(w, superBlock(packing, at, c), superBlock);
                codesProduct(superBlock, c, x, row, 1, sums);
            }
        }
        System.arraycopy(sums, 0, y, yAt, rows);
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
            factors(w, at, to, r);
        }
    }

    private static void factors(MemorySegment w, long at, Unpacked to, int row) {
        Packing packing = to.packing();
        Factors factors = to.factors();
        for (int c = 0; c < to.columns(); c += packing.scaleColumns()) {
            int factor = factorAt(to, row, c);
            factors.scales()[factor] =
                    packing.scales() == 0 ? half(packing, w, at, row, c) : scale(packing, w, at, row, c);
            if (packing.hasMinimums()) {
                factors.minimums()[factor] =
                        packing.scales() == 0 ? minimumHalf(packing, w, at, row, c) : minimum(packing, w, at, row, c);
            }
        }
        for (int c = 0; packing.scales() > 0 && c < to.columns(); c += packing.superColumns()) {
            int factor = superAt(to, row, c);
            factors.superScales()[factor] = half(packing, w, at, row, c);
            if (packing.hasMinimums()) {
                factors.superMinimums()[factor] = minimumHalf(packing, w, at, row, c);
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
        return row / Kernels.LANES * w.factors().panel()
                + column / w.packing().scaleColumns() * Kernels.LANES
                + row % Kernels.LANES;
    }

    private static int superAt(Unpacked w, int row, int column) {
        return row / Kernels.LANES * w.factors().superPanel()
                + column / w.packing().superColumns() * Kernels.LANES
                + row % Kernels.LANES;
    }

    static void dequantise(Unpacked w) {
        for (int r = 0; r < Packing.ROWS; r++) {
            for (int c = 0; c < w.columns(); c++) {
                float code = w.codes().get(ValueLayout.JAVA_FLOAT, codeAt(w, r, c));
                w.codes().set(ValueLayout.JAVA_FLOAT, codeAt(w, r, c), weight(w, r, c, code));
            }
        }
    }

    private static float weight(Unpacked w, int row, int column, float code) {
        int factor = factorAt(w, row, column);
        float scale = w.factors().scales()[factor];
        if (w.packing().scales() == 0) {
            float value = scale * code;
            return w.packing().hasMinimums() ? value - w.factors().minimums()[factor] : value;
        }
        int ofSuper = superAt(w, row, column);
        float value = scale * w.factors().superScales()[ofSuper] * code;
        return w.packing().hasMinimums()
                ? value - w.factors().minimums()[factor] * w.factors().superMinimums()[ofSuper]
                : value;
    }

    static void codesProduct(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y) {
        int step = w.packing().superColumns();
        for (int t = 0; t < tokens; t++) {
            int xAt = (first + t) * x.columns() + column;
            for (int r = 0; r < Packing.ROWS; r++) {
                int to = t * Packing.ROWS + r;
                for (int c = 0; c < w.columns(); c += step) {
                    y[to] = w.packing().scales() == 0
                            ? addBlock(w, r, c, x, xAt + c, y[to])
                            : addSuperBlock(w, r, c, x, xAt + c, y[to]);
                }
            }
        }
    }

    private static float addBlock(Unpacked w, int row, int column, Int8Rows x, int xAt, float sum) {
        int block = xAt / Packing.COLUMNS;
        int factor = factorAt(w, row, column);
        float scale = x.scales()[block];
        float d = w.factors().scales()[factor];
        int dot = dot(w, row, column, x, xAt);
        if (!w.packing().hasMinimums()) {
            return Math.fma(dot, d * scale, sum);
        }
        int offMiddle = w.packing().offset() - w.packing().middle();
        float value = Math.fma(dot, scale, offMiddle * x.corrections()[block]);
        return Math.fma(w.factors().minimums()[factor], x.corrections()[block], Math.fma(d, value, sum));
    }

    private static float addSuperBlock(Unpacked w, int row, int column, Int8Rows x, int xAt, float sum) {
        Packing packing = w.packing();
        Factors factors = w.factors();
        int offMiddle = packing.offset() - packing.middle();
        float scaled = 0;
        for (int c = 0; c < packing.superColumns(); c += packing.scaleColumns()) {
            int block = (xAt + c) / Packing.COLUMNS;
            float middle = offMiddle * x.corrections()[block];
            float value = Math.fma(dot(w, row, column + c, x, xAt + c), x.scales()[block], middle);
            scaled = Math.fma(factors.scales()[factorAt(w, row, column + c)], value, scaled);
        }
        float y = Math.fma(factors.superScales()[superAt(w, row, column)], scaled, sum);
        if (!packing.hasMinimums()) {
            return y;
        }
        float minimums = 0;
        for (int c = 0; c < packing.superColumns(); c += Packing.COLUMNS) {
            float correction = x.corrections()[(xAt + c) / Packing.COLUMNS];
            minimums = Math.fma(factors.minimums()[factorAt(w, row, column + c)], correction, minimums);
        }
        return Math.fma(factors.superMinimums()[superAt(w, row, column)], minimums, y);
    }

    /** The sum of (q - middle) a of the columns that share a scale. */
    private static int dot(Unpacked w, int row, int column, Int8Rows x, int xAt) {
        int dot = 0;
        for (int i = 0; i < w.packing().scaleColumns(); i++) {
            long at = codeAt(w, row, column + i);
            int code = w.shorts()
                    ? w.codes().get(ValueLayout.JAVA_SHORT, at)
                    : (int) w.codes().get(ValueLayout.JAVA_FLOAT, at);
            dot += code * x.codes()[xAt + i];
        }
        return dot;
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
        int low = w.get(HALF, block + packing.lowAt(c) + 2L * lane) >> packing.lowShift(c) & 0xF;
        if (packing.hasLevels()) {
            return Packing.level(low);
        }
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

    /** d of a weight. */
    static float half(Packing packing, MemorySegment w, long at, int row, int column) {
        short bits = w.get(HALF, halfAt(packing, at, row, column));
        return packing.hasLevels() ? Float.intBitsToFloat(bits << 16) : Float.float16ToFloat(bits);
    }

    /** s of a weight: six bits without a sign, or eight with one, both read as a signed byte. */
    static float scale(Packing packing, MemorySegment w, long at, int row, int column) {
        return w.get(ValueLayout.JAVA_BYTE, byteAt(packing, at, row, column));
    }

    /** m of a weight. */
    private static float minimumHalf(Packing packing, MemorySegment w, long at, int row, int column) {
        return Float.float16ToFloat(w.get(HALF, halfAt(packing, at, row, column) + Packing.HALVES));
    }

    /** t of a weight. */
    private static float minimum(Packing packing, MemorySegment w, long at, int row, int column) {
        return w.get(ValueLayout.JAVA_BYTE, byteAt(packing, at, row, column) + Packing.PAIRED);
    }

    private static long halfAt(Packing packing, long at, int row, int column) {
        return superBlock(packing, at, column) + packing.halfAt(Packing.lane(row));
    }

    private static long byteAt(Packing packing, long at, int row, int column) {
        int scale = column % packing.superColumns() / packing.scaleColumns();
        return superBlock(packing, at, column) + packing.scaleAt(scale, Packing.lane(row));
    }
}
