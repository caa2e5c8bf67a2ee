package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;
import static moira.engine.kernel.vector.Width.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedCodes;
import moira.engine.kernel.Packing;

/** Packed products with vectors. */
final class PackedVector {
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
            float[] scales,
            float[] minimums,
            int scalesAt) {
        Unpack unpack = new Unpack(packing, w, codes, columns);
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
