package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;
import static moira.engine.kernel.vector.Width.WIDTH;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.ExpScalar;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.LaneArray;
import moira.engine.kernel.Packing;
import moira.engine.kernel.ScalarKernels;
import moira.engine.kernel.Unpacked;

/**
 * The Vector API: a lane is an output row, so that no product needs a sum across lanes. A panel's 16 rows are one vector of
 * 512 bits, two of 256 or four of 128; such a vector's worth of rows is called a strip here.
 *
 * <p>The width is {@link Width#SPECIES}.
 */
public final class VectorKernels implements Kernels {
    private static final int STRIPS = LANES / WIDTH;

    /** Whether a tile of four tokens and four strips fits the registers. */
    private static final boolean SIXTEEN_SUMS = WIDTH == LANES;

    @Override
    public String name() {
        return "vector, " + SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void product(
            MemorySegment panels,
            long at,
            long panelBytes,
            int rows,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            int tokens,
            float[] y,
            int yAt,
            int yStride) {
        int strips = (rows + WIDTH - 1) / WIDTH;
        int s = 0;
        // Four strips share the broadcasts of an activation, and hide the latency of the multiply-add of one token.
        for (; s + 4 <= strips; s += 4) {
            long w0 = strip(at, panelBytes, s);
            long w1 = strip(at, panelBytes, s + 1);
            long w2 = strip(at, panelBytes, s + 2);
            long w3 = strip(at, panelBytes, s + 3);
            boolean sixteen = SIXTEEN_SUMS && (s + 4) * WIDTH <= rows;
            int t = 0;
            for (; t + 4 <= tokens; t += 4) {
                int x0 = xAt + t * xStride;
                int y0 = yAt + t * yStride;
                if (sixteen) {
                    Tile.fourByFour(panels, w0, w1, w2, w3, columns, x, x0, xStride, y, y0 + s * WIDTH, yStride);
                } else {
                    int row = s * WIDTH;
                    Tile.fourByTwo(panels, w0, w1, columns, x, x0, xStride, y, y0, yStride, row, rows);
                    Tile.fourByTwo(panels, w2, w3, columns, x, x0, xStride, y, y0, yStride, row + 2 * WIDTH, rows);
                }
            }
            for (; t < tokens; t++) {
                Tile.oneByFour(
                        panels, w0, w1, w2, w3, columns, x, xAt + t * xStride, y, yAt + t * yStride, s * WIDTH, rows);
            }
        }
        for (; s + 2 <= strips; s += 2) {
            long w0 = strip(at, panelBytes, s);
            long w1 = strip(at, panelBytes, s + 1);
            int t = 0;
            for (; t + 4 <= tokens; t += 4) {
                int x0 = xAt + t * xStride;
                int y0 = yAt + t * yStride;
                Tile.fourByTwo(panels, w0, w1, columns, x, x0, xStride, y, y0, yStride, s * WIDTH, rows);
            }
            for (; t < tokens; t++) {
                Tile.oneByTwo(panels, w0, w1, columns, x, xAt + t * xStride, y, yAt + t * yStride, s * WIDTH, rows);
            }
        }
        if (s < strips) {
            long w0 = strip(at, panelBytes, s);
            for (int t = 0; t < tokens; t++) {
                Tile.oneByOne(panels, w0, columns, x, xAt + t * xStride, y, yAt + t * yStride, s * WIDTH, rows);
            }
        }
    }

    private static long strip(long at, long panelBytes, int strip) {
        return at + strip / STRIPS * panelBytes + (long) (strip % STRIPS) * WIDTH * Float.BYTES;
    }

    @Override
    public void productOfHalves(
            MemorySegment panels,
            long at,
            long panelBytes,
            int rows,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            int tokens,
            float[] y,
            int yAt,
            int yStride) {
        for (int row = 0; row < rows; row += WIDTH) {
            long strip = at + row / LANES * panelBytes + (long) (row % LANES) * Short.BYTES;
            int t = 0;
            for (; t + 4 <= tokens; t += 4) {
                int x0 = xAt + t * xStride;
                int y0 = yAt + t * yStride;
                HalfTile.fourByOne(panels, strip, columns, x, x0, xStride, y, y0, yStride, row, rows);
            }
            for (; t < tokens; t++) {
                HalfTile.oneByOne(panels, strip, columns, x, xAt + t * xStride, y, yAt + t * yStride, row, rows);
            }
        }
    }

    @Override
    public void rmsNorm(float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n) {
        float[] partial = LaneArray.zeros();
        int whole = n - n % LANES;
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = lane; i < whole; i += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
                sum = v.fma(v, sum);
            }
            sum.intoArray(partial, lane);
        }
        for (int i = whole; i < n; i++) {
            partial[i - whole] = Math.fma(x[at + i], x[at + i], partial[i - whole]);
        }
        float scale = (float) (1 / Math.sqrt(LaneArray.sum(partial) / n + epsilon));
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            FloatVector.fromArray(SPECIES, x, at + i)
                    .mul(scale)
                    .mul(FloatVector.fromArray(SPECIES, weight, i))
                    .intoArray(out, outAt + i);
        }
        for (; i < n; i++) {
            out[outAt + i] = x[at + i] * scale * weight[i];
        }
    }

    /** Its order does not matter, so lanes may reduce as they like. */
    @Override
    public float max(float[] x, int at, int n) {
        FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            most = most.max(FloatVector.fromArray(SPECIES, x, at + i));
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = Math.max(max, x[at + i]);
        }
        return max;
    }

    @Override
    public float exponentials(float[] x, int at, int n, float max, float scale) {
        int whole = n - n % LANES;
        float[] partial = tail(x, at + whole, n - whole, max, scale);
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = lane; i < whole; i += LANES) {
                FloatVector e = ExpVector.exp(
                        FloatVector.fromArray(SPECIES, x, at + i).sub(max).mul(scale));
                e.intoArray(x, at + i);
                sum = sum.add(e);
            }
            sum.add(FloatVector.fromArray(SPECIES, partial, lane)).intoArray(partial, lane);
        }
        return LaneArray.sum(partial);
    }

    /** Exponentials of fewer values than lanes, in place; returned as well, with zeros behind them. */
    private static float[] tail(float[] x, int at, int n, float max, float scale) {
        float[] lanes = LaneArray.zeros();
        if (n > 0) {
            for (int i = 0; i < LANES; i++) {
                lanes[i] = i < n ? (x[at + i] - max) * scale : Float.NEGATIVE_INFINITY;
            }
            for (int lane = 0; lane < LANES; lane += WIDTH) {
                ExpVector.exp(FloatVector.fromArray(SPECIES, lanes, lane)).intoArray(lanes, lane);
            }
            System.arraycopy(lanes, 0, x, at, n);
        }
        return lanes;
    }

    @Override
    public void scale(float[] x, int at, float factor, int n) {
        FloatVector f = FloatVector.broadcast(SPECIES, factor);
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            f.mul(FloatVector.fromArray(SPECIES, x, at + i)).intoArray(x, at + i);
        }
        for (; i < n; i++) {
            x[at + i] *= factor;
        }
    }

    @Override
    public void widen(MemorySegment halves, long at, MemorySegment floats, long to, int n) {
        for (int i = 0; i < n; i += WIDTH) {
            Lanes.halves(halves, at + (long) i * Short.BYTES)
                    .intoMemorySegment(floats, to + (long) i * Float.BYTES, ByteOrder.nativeOrder());
        }
    }

    @Override
    public int read(MemorySegment memory, long at, long bytes) {
        IntVector all = IntVector.zero(Lanes.INTS);
        for (long i = at; i < at + bytes; i += Lanes.INTS.vectorByteSize()) {
            all = all.lanewise(
                    VectorOperators.XOR, IntVector.fromMemorySegment(Lanes.INTS, memory, i, ByteOrder.nativeOrder()));
        }
        return all.reduceLanes(VectorOperators.XOR);
    }

    @Override
    public void swiGlu(float[] gate, int gateAt, float[] up, int upAt, int n) {
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            FloatVector g = FloatVector.fromArray(SPECIES, gate, gateAt + i);
            FloatVector sigmoid = ExpVector.exp(g.neg()).add(1f);
            g.div(sigmoid).mul(FloatVector.fromArray(SPECIES, up, upAt + i)).intoArray(gate, gateAt + i);
        }
        for (; i < n; i++) {
            float g = gate[gateAt + i];
            gate[gateAt + i] = g / (1 + ExpScalar.exp(-g)) * up[upAt + i];
        }
    }

    @Override
    public void clampedSwiGlu(float[] gate, int gateAt, float[] up, int upAt, int n, float alpha, float limit) {
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            FloatVector g = FloatVector.fromArray(SPECIES, gate, gateAt + i).min(limit);
            FloatVector u =
                    FloatVector.fromArray(SPECIES, up, upAt + i).min(limit).max(-limit);
            FloatVector sigmoid = ExpVector.exp(g.mul(-alpha)).add(1f);
            g.div(sigmoid).mul(u.add(1f)).intoArray(gate, gateAt + i);
        }
        for (; i < n; i++) {
            gate[gateAt + i] = ScalarKernels.clampedSwiGlu(gate[gateAt + i], up[upAt + i], alpha, limit);
        }
    }

    @Override
    public void addScaled(float[] y, int yAt, float factor, float[] x, int xAt, int n) {
        FloatVector f = FloatVector.broadcast(SPECIES, factor);
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            f.fma(FloatVector.fromArray(SPECIES, x, xAt + i), FloatVector.fromArray(SPECIES, y, yAt + i))
                    .intoArray(y, yAt + i);
        }
        for (; i < n; i++) {
            y[yAt + i] = Math.fma(factor, x[xAt + i], y[yAt + i]);
        }
    }

    @Override
    public void quantise(float[] x, int at, Int8Rows out, int row) {
        PackedVector.quantise(x, at, out, row);
    }

    @Override
    public void packedProduct(
            Packing packing,
            MemorySegment weights,
            long at,
            int columns,
            Int8Rows x,
            int row,
            float[] y,
            int yAt,
            int rows) {
        PackedVector.product(packing, weights, at, columns, x, row, y, yAt, rows);
    }

    @Override
    public void unpack(MemorySegment weights, long at, Unpacked to) {
        PackedVector.unpack(weights, at, to);
    }

    @Override
    public void dequantise(Unpacked w) {
        PackedVector.dequantise(w);
    }

    @Override
    public void codesProduct(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y) {
        if (w.shorts()) {
            ShortTile.product(w, column, x, first, tokens, y);
        } else {
            FloatTile.product(w, column, x, first, tokens, y);
        }
    }

    @Override
    public void toBfloat16(float[] x, int at, int n, MemorySegment out, long outAt) {
        Bfloat16Vector.values(x, at, n, out, outAt);
    }

    @Override
    public void panelToBfloat16(MemorySegment panel, long at, int columns, MemorySegment out, long outAt) {
        Bfloat16Vector.panel(panel, at, columns, out, outAt);
    }
}
