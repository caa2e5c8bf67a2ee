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
        if (packing.bits() == 8) {
            DOT.get().eights(w, at, columns, x, row, y, yAt, rows);
        } else {
            DOT.get().product(packing, w, at, columns, x, row, y, yAt, rows);
        }
    }

    static void unpack(MemorySegment w, long at, Unpacked to) {
        UNPACK.get().codes(w, at, to);
        int panel = to.panelFactors();
        for (int lane = 0; lane < Packing.ROWS; lane += Lanes.COUNT) {
            int factor = Lanes.rows(lane, panel);
            Factors.read(
                    to.packing(), w, at, lane, to.columns(), to.shorts(), to.scales(), to.minimums(), factor, panel);
        }
    }

    static void dequantise(Unpacked w) {
        int step = w.packing().scaleColumns();
        for (int i = 0; i < Unpacked.factors(w.packing(), w.columns()); i += Kernels.LANES) {
            for (int lane = 0; lane < Kernels.LANES; lane += WIDTH) {
                long to = (long) i * step * Float.BYTES + (long) lane * Float.BYTES;
                if (w.packing().hasMinimums()) {
                    scaleAndShift(w.codes(), to, step, w.scales(), w.minimums(), i + lane);
                } else {
                    scale(w.codes(), to, step, w.scales(), i + lane);
                }
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
