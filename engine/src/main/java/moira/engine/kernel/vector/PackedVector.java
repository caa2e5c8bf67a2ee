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

/** Packed products with vectors. */
final class PackedVector {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final ThreadLocal<KDot> K_DOT = ThreadLocal.withInitial(KDot::new);

    private PackedVector() {}

    static void product(
            Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        int blocks = columns / Packing.COLUMNS;
        int first = row * blocks;
        for (int part = 0; part < Lanes.PARTS; part++) {
            int lane = part * Lanes.COUNT;
            switch (packing) {
                case Q4_0 -> PackedDot.q4_0(w, at, lane, blocks, x, first, y, yAt, rows);
                case Q8_0 -> PackedDot.q8_0(w, at, lane, blocks, x, first, y, yAt, rows);
                default -> K_DOT.get().product(packing, w, at, lane, blocks, x, first, y, yAt, rows);
            }
        }
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
        Unpack unpack = new Unpack(packing, w, codes, columns, shorts);
        int outPanel = columns / packing.scaleColumns() * Kernels.LANES;
        for (int part = 0; part < Lanes.PARTS; part++) {
            int lane = part * Lanes.COUNT;
            for (int c = 0; c < columns; c += packing.superColumns()) {
                long base = at + (long) (c / packing.superColumns()) * packing.superBytes();
                long to = codesAt + c * Kernels.COLUMN_BYTES + lane / 2 * (long) Float.BYTES;
                for (int b = 0; b < packing.blocks(); b++) {
                    unpack.codes(
                            packing,
                            base + (long) b * packing.blockBytes() + lane,
                            to + b * Packing.COLUMNS * Kernels.COLUMN_BYTES);
                }
                int out = scalesAt + c / packing.scaleColumns() * Kernels.LANES + lane / 2;
                long halves = base + packing.halvesAt() + 2L * lane;
                long bytes = base + packing.scalesAt() + lane;
                unpack.scales(packing, halves, bytes, scales, out, outPanel);
                if (packing.hasMinimums()) {
                    unpack.scales(
                            packing, halves + 2 * Packing.ROWS, bytes + packing.scaleBytes(), minimums, out, outPanel);
                }
            }
        }
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
        int step = packing.scaleColumns();
        for (int group = 0; group < panels * columns / step; group++) {
            for (int lane = 0; lane < Kernels.LANES; lane += WIDTH) {
                long to = at + (long) group * step * Kernels.COLUMN_BYTES + (long) lane * Float.BYTES;
                int factor = scalesAt + group * Kernels.LANES + lane;
                if (packing.hasMinimums()) {
                    scaleAndShift(codes, to, step, scales, minimums, factor);
                } else {
                    scale(codes, to, step, scales, factor);
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
