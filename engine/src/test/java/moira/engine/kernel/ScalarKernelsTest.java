package moira.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The definition itself, against textbook formulas in double precision. */
class ScalarKernelsTest {
    private static final int N = 100;

    private final Kernels kernels = new ScalarKernels();
    private final Random random = new Random(7);

    @Test
    void expIsWithinOneUnitInTheLastPlace() {
        for (float x = ExpScalar.LOWEST; x < ExpScalar.HIGHEST; x += 0.00137f) {
            double exact = Math.exp(x);
            assertThat((double) ExpScalar.exp(x))
                    .as("exp(%s)", x)
                    .isCloseTo(exact, within(1.0 * Math.ulp((float) exact)));
        }
    }

    @Test
    void expKnowsItsLimits() {
        assertThat(ExpScalar.exp(0)).isEqualTo(1);
        assertThat(ExpScalar.exp(-0f)).isEqualTo(1);
        assertThat(ExpScalar.exp(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(ExpScalar.exp(-1000)).isZero();
        assertThat(ExpScalar.exp(Float.POSITIVE_INFINITY)).isInfinite();
        assertThat(ExpScalar.exp(1000)).isInfinite();
        assertThat(ExpScalar.exp(Float.NaN)).isNaN();
    }

    /** Every float near the ends, where exponents run over first: finite as long as the exact value is, and near it. */
    @Test
    void expIsRightUpToItsLastFiniteValue() {
        float lowest = (float) Math.log(Float.MIN_NORMAL);
        float highest = (float) Math.log(Float.MAX_VALUE);
        for (int step = -5000; step <= 5000; step++) {
            for (float end : new float[] {lowest, highest}) {
                float x = Float.intBitsToFloat(Float.floatToRawIntBits(end) + step);
                double exact = Math.exp(x);
                float found = ExpScalar.exp(x);
                if (exact > Float.MAX_VALUE) {
                    assertThat(found).as("exp(%s)", x).isEqualTo(Float.POSITIVE_INFINITY);
                } else if (exact < Float.MIN_NORMAL) {
                    assertThat(found).as("exp(%s)", x).isZero();
                } else {
                    assertThat((double) found).as("exp(%s)", x).isCloseTo(exact, within(1.0 * Math.ulp((float) exact)));
                }
            }
        }
    }

    @Test
    void productIsTheSumOverColumns() {
        int rows = 37;
        int tokens = 3;
        float[] x = gaussian(tokens * N);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment w = arena.allocate(3 * N * Kernels.COLUMN_BYTES, 64);
            float[][] matrix = new float[rows][];
            for (int r = 0; r < rows; r++) {
                matrix[r] = gaussian(N);
                for (int c = 0; c < N; c++) {
                    long index = (r / 16 * (long) N + c) * 16 + r % 16;
                    w.setAtIndex(ValueLayout.JAVA_FLOAT, index, matrix[r][c]);
                }
            }
            float[] y = new float[tokens * rows];
            kernels.product(w, 0, N * Kernels.COLUMN_BYTES, rows, N, x, 0, N, tokens, y, 0, rows);
            for (int t = 0; t < tokens; t++) {
                for (int r = 0; r < rows; r++) {
                    double sum = 0;
                    for (int c = 0; c < N; c++) {
                        sum += (double) matrix[r][c] * x[t * N + c];
                    }
                    assertThat((double) y[t * rows + r]).isCloseTo(sum, within(1e-4));
                }
            }
        }
    }

    @Test
    void rmsNormHasItsFormula() {
        float[] x = gaussian(N);
        float[] weight = gaussian(N);
        float[] out = new float[N];
        kernels.rmsNorm(x, 0, weight, 1e-5f, out, 0, N);
        double squares = 0;
        for (float v : x) {
            squares += (double) v * v;
        }
        for (int i = 0; i < N; i++) {
            assertThat((double) out[i]).isCloseTo(x[i] / Math.sqrt(squares / N + 1e-5) * weight[i], within(1e-6));
        }
    }

    @Test
    void softmaxHasItsFormula() {
        float[] x = gaussian(N);
        float[] out = x.clone();
        kernels.softmax(out, 0, N, 0.5f);
        double sum = 0;
        for (float v : x) {
            sum += Math.exp(0.5 * v);
        }
        for (int i = 0; i < N; i++) {
            assertThat((double) out[i]).isCloseTo(Math.exp(0.5 * x[i]) / sum, within(1e-7));
        }
    }

    @Test
    void swiGluHasItsFormula() {
        float[] gate = gaussian(N);
        float[] up = gaussian(N);
        float[] out = gate.clone();
        kernels.swiGlu(out, 0, up, 0, N);
        for (int i = 0; i < N; i++) {
            assertThat((double) out[i]).isCloseTo(gate[i] / (1 + Math.exp(-gate[i])) * up[i], within(1e-5));
        }
    }

    private float[] gaussian(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian() * 3;
        }
        return values;
    }
}
