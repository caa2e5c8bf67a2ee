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
        for (int c = from; c < from + packing.superColumns(); c += step) {
            int dot = 0;
            for (int i = c; i < c + step; i++) {
                dot += code(packing, w, at, r, i) * x.codes()[xAt + i];
            }
            float scale = x.scales()[(xAt + c) / Packing.COLUMNS];
            sum = Math.fma((float) dot, scale(packing, w, at, r, c) * scale, sum);
        }
        return sum;
    }

    private static float subtractMinimums(
            Packing packing, MemorySegment w, long at, int from, Int8Rows x, int xAt, int r, float sum) {
        for (int c = from; c < from + packing.superColumns(); c += Packing.COLUMNS) {
            int block = (xAt + c) / Packing.COLUMNS;
            sum = Math.fma(minimum(packing, w, at, r, c), -(x.scales()[block] * x.blockSum(block)), sum);
        }
        return sum;
    }

    static void unpack(
            Packing packing,
            MemorySegment w,
            long at,
            int columns,
            MemorySegment codes,
            long codesAt,
            boolean shorts,
            float[] scales,
            float[] minimums,
            int scalesAt) {
        int step = packing.scaleColumns();
        for (int r = 0; r < Packing.ROWS; r++) {
            int panel = r / Kernels.LANES;
            int lane = r % Kernels.LANES;
            for (int c = 0; c < columns; c++) {
                int code = code(packing, w, at, r, c);
                if (shorts) {
                    short middle = (short) (code + packing.offset() - packing.middle());
                    codes.set(ValueLayout.JAVA_SHORT, codesAt + shortAt(r, c), middle);
                } else {
                    long to = codesAt + ((long) panel * columns + c) * Kernels.COLUMN_BYTES + (long) lane * Float.BYTES;
                    codes.set(ValueLayout.JAVA_FLOAT, to, code);
                }
            }
            for (int c = 0; c < columns; c += step) {
                int to = scalesAt + (panel * columns + c) / step * Kernels.LANES + lane;
                scales[to] = scale(packing, w, at, r, c);
                if (packing.hasMinimums()) {
                    minimums[to] = minimum(packing, w, at, r, c);
                }
            }
        }
    }

    private static long shortAt(int row, int column) {
        return column * Kernels.COLUMN_BYTES + (long) Packing.lane(row) * Short.BYTES;
    }

    static void dequantise(
            Packing packing,
            MemorySegment codes,
            long at,
            int panels,
            int columns,
            float[] scales,
            float[] minimums,
            int scalesAt) {
        int values = panels * columns * Kernels.LANES;
        for (int i = 0; i < values; i++) {
            int factor = scalesAt + i / Kernels.LANES / packing.scaleColumns() * Kernels.LANES + i % Kernels.LANES;
            long to = at + (long) i * Float.BYTES;
            float value = scales[factor] * codes.get(ValueLayout.JAVA_FLOAT, to);
            codes.set(ValueLayout.JAVA_FLOAT, to, packing.hasMinimums() ? value - minimums[factor] : value);
        }
    }

    static void codesProduct(
            Packing packing,
            MemorySegment panels,
            int rows,
            int columns,
            float[] scales,
            float[] minimums,
            Int8Rows x,
            int first,
            int tokens,
            float[] y,
            int yAt,
            int yStride) {
        for (int t = 0; t < tokens; t++) {
            for (int r = 0; r < rows; r++) {
                int column = r / Kernels.LANES * columns;
                float sum = 0;
                for (int c = 0; c < columns; c += packing.superColumns()) {
                    for (int s = c; s < c + packing.superColumns(); s += packing.scaleColumns()) {
                        int dot = 0;
                        for (int i = s; i < s + packing.scaleColumns(); i++) {
                            dot += unpacked(packing, panels, columns, r, i) * x.codes()[(first + t) * columns + i];
                        }
                        int factor = (column + s) / packing.scaleColumns() * Kernels.LANES + r % Kernels.LANES;
                        float scale = x.scales()[((first + t) * columns + s) / Packing.COLUMNS];
                        sum = Math.fma((float) dot, scales[factor] * scale, sum);
                    }
                    for (int s = c; packing.hasMinimums() && s < c + packing.superColumns(); s += Packing.COLUMNS) {
                        int factor = (column + s) / Packing.COLUMNS * Kernels.LANES + r % Kernels.LANES;
                        int block = ((first + t) * columns + s) / Packing.COLUMNS;
                        sum = Math.fma(minimums[factor], -(x.scales()[block] * x.blockSum(block)), sum);
                    }
                }
                y[yAt + t * yStride + r] = sum;
            }
        }
    }

    /** q - offset of an unpacked weight. */
    private static int unpacked(Packing packing, MemorySegment codes, int columns, int row, int column) {
        if (packing.bits() == 8) {
            long panel = (long) (row / Kernels.LANES) * columns + column;
            return (int) codes.get(ValueLayout.JAVA_FLOAT, (panel * Kernels.LANES + row % Kernels.LANES) * Float.BYTES);
        }
        long group = (long) (row / Packing.ROWS) * columns * Kernels.COLUMN_BYTES;
        return codes.get(ValueLayout.JAVA_SHORT, group + shortAt(row % Packing.ROWS, column))
                + packing.middle()
                - packing.offset();
    }

    /** q - offset of a weight. */
    static int code(Packing packing, MemorySegment w, long at, int row, int column) {
        long block = superBlock(packing, at, column)
                + (long) (column % packing.superColumns() / Packing.COLUMNS) * packing.blockBytes();
        int c = column % Packing.COLUMNS;
        int lane = Packing.lane(row);
        if (packing.bits() == 8) {
            return w.get(ValueLayout.JAVA_BYTE, block + c * 32L + lane);
        }
        int low = w.get(ValueLayout.JAVA_BYTE, block + c / 2 * 32L + lane) >> (c % 2 * 4) & 15;
        int highBits = packing.bits() - 4;
        if (highBits == 0) {
            return low - packing.offset();
        }
        int columnsOfByte = 8 / highBits;
        int high = w.get(ValueLayout.JAVA_BYTE, block + 512 + c / columnsOfByte * 32L + lane)
                        >> (c % columnsOfByte * highBits)
                & ((1 << highBits) - 1);
        return low + 16 * high - packing.offset();
    }

    private static long superBlock(Packing packing, long at, int column) {
        return at + (long) (column / packing.superColumns()) * packing.superBytes();
    }

    /** d s of a weight. */
    static float scale(Packing packing, MemorySegment w, long at, int row, int column) {
        long superBlock = superBlock(packing, at, column);
        float d = half(w, superBlock + packing.halvesAt(), row);
        if (!packing.hasByteScales()) {
            return d;
        }
        // Six bits without a sign, or eight with one: both read as a signed byte.
        return d * w.get(ValueLayout.JAVA_BYTE, superBlock + packing.scalesAt() + scale(packing, row, column));
    }

    /** m t of a weight. */
    private static float minimum(Packing packing, MemorySegment w, long at, int row, int column) {
        long superBlock = superBlock(packing, at, column);
        long minimums = superBlock + packing.scalesAt() + packing.scaleBytes();
        return half(w, superBlock + packing.halvesAt() + 2 * Packing.ROWS, row)
                * w.get(ValueLayout.JAVA_BYTE, minimums + scale(packing, row, column));
    }

    private static long scale(Packing packing, int row, int column) {
        return column % packing.superColumns() / packing.scaleColumns() * 32L + Packing.lane(row);
    }

    private static float half(MemorySegment w, long at, int row) {
        return Float.float16ToFloat(w.get(HALF, at + 2L * Packing.lane(row)));
    }
}
