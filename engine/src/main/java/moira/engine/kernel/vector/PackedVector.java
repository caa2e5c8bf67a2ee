package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;
import static moira.engine.kernel.vector.Width.WIDTH;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedCodes;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;

/** Packed products with vectors. */
final class PackedVector {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final ThreadLocal<PackedDot> DOT = ThreadLocal.withInitial(PackedDot::new);
    private static final ThreadLocal<Unpack> UNPACK = ThreadLocal.withInitial(Unpack::new);

    private PackedVector() {}

    static void product(
            Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        DOT.get().product(packing, w, at, columns, x, row, y, yAt, rows);
    }

    static void unpack(MemorySegment w, long at, Unpacked to) {
        UNPACK.get().codes(w, at, to);
        for (int lane = 0; lane < Packing.ROWS; lane += Lanes.COUNT) {
            FactorReader.read(to.packing(), w, at, lane, to.columns(), to.factors());
        }
    }

    static void dequantise(Unpacked w) {
        Packing packing = w.packing();
        float[] scales = w.factors().scales();
        float[] minimums = w.factors().minimums();
        int step = packing.scaleColumns();
        int n = w.columns() / step * (Packing.ROWS / Kernels.LANES);
        if (packing.scales() > 0) {
            multiply(scales, w.factors().superScales(), n, packing.scales());
        }
        if (packing.scales() > 0 && packing.hasMinimums()) {
            multiply(minimums, w.factors().superMinimums(), n, packing.scales());
        }
        for (int i = 0; i < n * Kernels.LANES; i += Kernels.LANES) {
            for (int lane = 0; lane < Kernels.LANES; lane += WIDTH) {
                long to = (long) i * step * Float.BYTES + (long) lane * Float.BYTES;
                if (packing.hasMinimums()) {
                    scaleAndShift(w.codes(), to, step, scales, minimums, i + lane);
                } else {
                    scale(w.codes(), to, step, scales, i + lane);
                }
            }
        }
    }

    /** Factors times those of their super-blocks, each of which has so many. */
    private static void multiply(float[] factors, float[] superFactors, int n, int ofSuper) {
        for (int i = 0; i < n; i++) {
            for (int lane = 0; lane < Kernels.LANES; lane += WIDTH) {
                int at = i * Kernels.LANES + lane;
                FloatVector.fromArray(SPECIES, factors, at)
                        .mul(FloatVector.fromArray(SPECIES, superFactors, i / ofSuper * Kernels.LANES + lane))
                        .intoArray(factors, at);
            }
        }
    }

    private static void scale(MemorySegment codes, long at, int columns, float[] scales, int factor) {
        FloatVector scale = FloatVector.fromArray(SPECIES, scales, factor);
        for (int c = 0; c < columns; c++) {
            FloatVector.fromMemorySegment(SPECIES, codes, at + c * Kernels.COLUMN_BYTES, ORDER)
                    .mul(scale)
                    .intoMemorySegment(codes, at + c * Kernels.COLUMN_BYTES, ORDER);
        }
    }

    private static void scaleAndShift(
            MemorySegment codes, long at, int columns, float[] scales, float[] minimums, int factor) {
        FloatVector scale = FloatVector.fromArray(SPECIES, scales, factor);
        FloatVector minimum = FloatVector.fromArray(SPECIES, minimums, factor);
        for (int c = 0; c < columns; c++) {
            FloatVector.fromMemorySegment(SPECIES, codes, at + c * Kernels.COLUMN_BYTES, ORDER)
                    .mul(scale)
                    .sub(minimum)
                    .intoMemorySegment(codes, at + c * Kernels.COLUMN_BYTES, ORDER);
        }
    }

    /** Codes, scales and sums of one row. */
    static void quantise(float[] x, int at, Int8Rows out, int row) {
        int first = row * out.columns();
        for (int c = 0; c < out.columns(); c += Packing.COLUMNS) {
            FloatVector most = FloatVector.fromArray(SPECIES, x, at + c).abs();
            for (int i = WIDTH; i < Packing.COLUMNS; i += WIDTH) {
                most = most.max(FloatVector.fromArray(SPECIES, x, at + c + i).abs());
            }
            float max = most.reduceLanes(VectorOperators.MAX);
            float factor = PackedCodes.factor(max);
            out.scales()[(first + c) / Packing.COLUMNS] = PackedCodes.scale(max);
            for (int i = c; i < c + Packing.COLUMNS; i += WIDTH) {
                FloatVector.fromArray(SPECIES, x, at + i)
                        .mul(factor)
                        .add(PackedCodes.ROUNDER)
                        .sub(PackedCodes.ROUNDER)
                        .intoArray(out.floats(), first + i);
            }
        }
        PackedCodes.finish(out, row);
    }
}
