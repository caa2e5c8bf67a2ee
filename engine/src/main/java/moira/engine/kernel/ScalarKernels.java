package moira.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Plain loops: the definition of what every set of kernels computes. */
public final class ScalarKernels implements Kernels {
    @Override
    public String name() {
        return "scalar";
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
        for (int r = 0; r < rows; r++) {
            long row = at + r / LANES * panelBytes + (long) (r % LANES) * Float.BYTES;
            for (int t = 0; t < tokens; t++) {
                float sum = 0;
                for (int c = 0; c < columns; c++) {
                    float weight = panels.get(ValueLayout.JAVA_FLOAT, row + c * COLUMN_BYTES);
                    sum = Math.fma(weight, x[xAt + t * xStride + c], sum);
                }
                y[yAt + t * yStride + r] = sum;
            }
        }
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
        for (int r = 0; r < rows; r++) {
            long row = at + r / LANES * panelBytes + (long) (r % LANES) * Short.BYTES;
            for (int t = 0; t < tokens; t++) {
                float sum = 0;
                for (int c = 0; c < columns; c++) {
                    sum = Math.fma(half(panels, row + (long) c * LANES * Short.BYTES), x[xAt + t * xStride + c], sum);
                }
                y[yAt + t * yStride + r] = sum;
            }
        }
    }

    @Override
    public void rmsNorm(float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n) {
        float[] partial = LaneArray.zeros();
        for (int i = 0; i < n; i++) {
            partial[i % LANES] = Math.fma(x[at + i], x[at + i], partial[i % LANES]);
        }
        float scale = (float) (1 / Math.sqrt(LaneArray.sum(partial) / n + epsilon));
        for (int i = 0; i < n; i++) {
            out[outAt + i] = x[at + i] * scale * weight[i];
        }
    }

    @Override
    public float max(float[] x, int at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[at + i]);
        }
        return max;
    }

    @Override
    public float exponentials(float[] x, int at, int n, float max, float scale) {
        float[] partial = LaneArray.zeros();
        for (int i = 0; i < n; i++) {
            x[at + i] = ExpScalar.exp((x[at + i] - max) * scale);
            partial[i % LANES] += x[at + i];
        }
        return LaneArray.sum(partial);
    }

    @Override
    public void scale(float[] x, int at, float factor, int n) {
        for (int i = 0; i < n; i++) {
            x[at + i] *= factor;
        }
    }

    @Override
    public void widen(MemorySegment halves, long at, MemorySegment floats, long to, int n) {
        for (int i = 0; i < n; i++) {
            floats.set(ValueLayout.JAVA_FLOAT, to + (long) i * Float.BYTES, half(halves, at + (long) i * Short.BYTES));
        }
    }

    @Override
    public int read(MemorySegment memory, long at, long bytes) {
        int all = 0;
        for (long i = at; i < at + bytes; i += Integer.BYTES) {
            all ^= memory.get(ValueLayout.JAVA_INT, i);
        }
        return all;
    }

    /**
     * Sign, exponent and fraction of a half move to their places in a float, whose exponent is then 112 too small. Multiplied by 2^112
     * twice and divided once, the largest exponent, which is that of infinity, overflows, and no other one does.
     */
    private static float half(MemorySegment halves, long at) {
        int bits = halves.get(ValueLayout.JAVA_SHORT, at) << 13 & 0x8FFF_E000;
        return Float.intBitsToFloat(bits) * 0x1p112f * 0x1p112f * 0x1p-112f;
    }

    @Override
    public void swiGlu(float[] gate, int gateAt, float[] up, int upAt, int n) {
        for (int i = 0; i < n; i++) {
            float g = gate[gateAt + i];
            gate[gateAt + i] = g / (1 + ExpScalar.exp(-g)) * up[upAt + i];
        }
    }

    @Override
    public void clampedSwiGlu(float[] gate, int gateAt, float[] up, int upAt, int n, float alpha, float limit) {
        for (int i = 0; i < n; i++) {
            gate[gateAt + i] = clampedSwiGlu(gate[gateAt + i], up[upAt + i], alpha, limit);
        }
    }

    /** Of one value. */
    public static float clampedSwiGlu(float gate, float up, float alpha, float limit) {
        float g = Math.min(gate, limit);
        float u = Math.max(Math.min(up, limit), -limit);
        return g / (1 + ExpScalar.exp(-alpha * g)) * (u + 1);
    }

    @Override
    public void addScaled(float[] y, int yAt, float factor, float[] x, int xAt, int n) {
        for (int i = 0; i < n; i++) {
            y[yAt + i] = Math.fma(factor, x[xAt + i], y[yAt + i]);
        }
    }

    @Override
    public void quantise(float[] x, int at, Int8Rows out, int row) {
        ScalarPacked.quantise(x, at, out, row);
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
        ScalarPacked.product(packing, weights, at, columns, x, row, y, yAt, rows);
    }

    @Override
    public void unpack(MemorySegment weights, long at, Unpacked to) {
        ScalarPacked.unpack(weights, at, to);
    }

    @Override
    public void dequantise(Unpacked w) {
        ScalarPacked.dequantise(w);
    }

    @Override
    public void codesProduct(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y) {
        ScalarPacked.codesProduct(w, column, x, first, tokens, y);
    }

    @Override
    public void toBfloat16(float[] x, int at, int n, MemorySegment out, long outAt) {
        ScalarBfloat16.values(x, at, n, out, outAt);
    }

    @Override
    public void panelToBfloat16(MemorySegment panel, long at, int columns, MemorySegment out, long outAt) {
        ScalarBfloat16.panel(panel, at, columns, out, outAt);
    }
}
