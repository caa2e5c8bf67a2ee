package moira.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The vector kernels against the scalar ones: the same bits, over odd sizes and extreme values. The build runs this class
 * once at each vector width.
 */
@Tag("vector-width")
class KernelsTest {
    private static final int[] SIZES = {
        1, 2, 3, 4, 6, 7, 8, 13, 15, 16, 17, 25, 31, 32, 33, 63, 64, 65, 100, 127, 207, 384
    };

    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = KernelSets.named("vector");

    @Test
    void theWidthAskedForIsTheWidthThatRuns() {
        String asked = System.getProperty("moira.vectorBits", "");
        assertThat(vector.name()).contains(asked);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 129})
    void readingReadsAll(int lines) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate((lines + 2L) * Kernels.COLUMN_BYTES);
            Random random = new Random(lines);
            int all = 0;
            for (int i = 0; i < (lines + 2) * Kernels.LANES; i++) {
                int value = random.nextInt();
                memory.setAtIndex(ValueLayout.JAVA_INT, i, value);
                boolean inside = i >= Kernels.LANES && i < (lines + 1) * Kernels.LANES;
                all ^= inside ? value : 0;
            }
            long bytes = lines * Kernels.COLUMN_BYTES;
            assertThat(scalar.read(memory, Kernels.COLUMN_BYTES, bytes)).isEqualTo(all);
            assertThat(vector.read(memory, Kernels.COLUMN_BYTES, bytes)).isEqualTo(all);
        }
    }

    static IntStream sizes() {
        return IntStream.of(SIZES);
    }

    static Stream<int[]> productShapes() {
        Random random = new Random(1);
        Stream<int[]> some =
                IntStream.range(0, 120).mapToObj(i -> new int[] {size(random), size(random), 1 + random.nextInt(13)});
        return Stream.concat(Stream.of(new int[] {8, 192, 1}, new int[] {384, 33, 9}, new int[] {64, 16, 4}), some);
    }

    private static int size(Random random) {
        return SIZES[random.nextInt(SIZES.length)];
    }

    @ParameterizedTest
    @MethodSource("productShapes")
    void productsAreTheSameBits(int[] shape) {
        compareProducts(shape[0], shape[1], shape[2], new Random(shape[0] * 31L + shape[1]), false);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 33, 64, 130})
    void productsOfExtremeValuesAreTheSameBits(int rows) {
        compareProducts(rows, 37, 6, new Random(rows), true);
    }

    private void compareProducts(int rows, int columns, int tokens, Random random, boolean extreme) {
        int panels = (rows + Kernels.LANES - 1) / Kernels.LANES;
        long at = 64;
        long panelBytes = (columns + random.nextInt(3)) * Kernels.COLUMN_BYTES;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment w = arena.allocate(at + panels * panelBytes, 64);
            for (long i = 0; i < w.byteSize(); i += Float.BYTES) {
                w.set(ValueLayout.JAVA_FLOAT, i, value(random, extreme));
            }
            int xStride = columns + random.nextInt(4);
            int yStride = rows + random.nextInt(4);
            float[] x = values(random, 3 + tokens * xStride, extreme);
            float[] expected = values(random, 2 + tokens * yStride, false);
            float[] found = expected.clone();
            scalar.product(w, at, panelBytes, rows, columns, x, 3, xStride, tokens, expected, 2, yStride);
            vector.product(w, at, panelBytes, rows, columns, x, 3, xStride, tokens, found, 2, yStride);
            // What lies between the rows must be left alone too, so whole arrays are compared.
            assertSameBits(found, expected);
        }
    }

    /** The witness is the product of the same halves, widened before. */
    @ParameterizedTest
    @MethodSource("productShapes")
    void productsOfHalvesAreThoseOfTheirFloats(int[] shape) {
        int rows = shape[0];
        int columns = shape[1];
        int tokens = shape[2];
        Random random = new Random(rows * 37L + columns);
        int panels = (rows + Kernels.LANES - 1) / Kernels.LANES;
        int ofPanel = (columns + random.nextInt(3)) * Kernels.LANES;
        int some = Kernels.LANES + panels * ofPanel;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = arena.allocate(2L * some, 64);
            for (int i = 0; i < some; i++) {
                // Below 2, and seldom whatever there is: most sums are to be numbers.
                int half = random.nextInt(1000) == 0 ? random.nextInt() : random.nextInt() & 0xBFFF;
                halves.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) half);
            }
            MemorySegment floats = arena.allocate(4L * some, 64);
            scalar.widen(halves, 0, floats, 0, some);
            int xStride = columns + random.nextInt(4);
            int yStride = rows + random.nextInt(4);
            float[] x = values(random, 3 + tokens * xStride, false);
            float[] before = values(random, 2 + tokens * yStride, false);
            float[] expected = before.clone();
            scalar.product(floats, 64, 4L * ofPanel, rows, columns, x, 3, xStride, tokens, expected, 2, yStride);
            for (Kernels kernels : new Kernels[] {scalar, vector}) {
                float[] found = before.clone();
                kernels.productOfHalves(
                        halves, 32, 2L * ofPanel, rows, columns, x, 3, xStride, tokens, found, 2, yStride);
                assertSameBits(found, expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void normsAreTheSameBits(int n) {
        for (boolean extreme : new boolean[] {false, true}) {
            Random random = new Random(n);
            float[] x = values(random, n + 5, extreme);
            float[] weight = values(random, n, false);
            float[] expected = new float[n + 7];
            float[] found = new float[n + 7];
            scalar.rmsNorm(x, 5, weight, 1e-5f, expected, 3, n);
            vector.rmsNorm(x, 5, weight, 1e-5f, found, 3, n);
            assertSameBits(found, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void softmaxesAreTheSameBits(int n) {
        for (boolean extreme : new boolean[] {false, true}) {
            float[] expected = values(new Random(n), n + 4, extreme);
            float[] found = expected.clone();
            scalar.softmax(expected, 3, n, 0.37f);
            vector.softmax(found, 3, n, 0.37f);
            assertSameBits(found, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theStepsOfASoftmaxAreTheSameBits(int n) {
        for (boolean extreme : new boolean[] {false, true}) {
            float[] expected = values(new Random(n), n + 4, extreme);
            float[] found = expected.clone();
            float max = scalar.max(expected, 3, n);
            assertSameBits(new float[] {vector.max(found, 3, n)}, new float[] {max});
            float sum = scalar.exponentials(expected, 3, n, max, 0.37f);
            assertSameBits(new float[] {vector.exponentials(found, 3, n, max, 0.37f)}, new float[] {sum});
            scalar.scale(expected, 3, -0.1f, n);
            vector.scale(found, 3, -0.1f, n);
            assertSameBits(found, expected);
        }
    }

    /** All there are; Java's own conversion is the witness. */
    @Test
    void halvesAreTheFloatsThatJavaSays() {
        int all = 1 << 16;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = arena.allocate(2L * all, 64);
            float[] expected = new float[all];
            for (int i = 0; i < all; i++) {
                halves.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
                float value = Float.float16ToFloat((short) i);
                expected[i] = Float.isNaN(value) ? Math.copySign(Float.POSITIVE_INFINITY, (short) i) : value;
            }
            for (Kernels kernels : new Kernels[] {scalar, vector}) {
                MemorySegment floats = arena.allocate(4L * all, 64);
                kernels.widen(halves, 0, floats, 0, 48);
                kernels.widen(halves, 96, floats, 192, all - 48);
                assertSameBits(floats.toArray(ValueLayout.JAVA_FLOAT), expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void swiGluIsTheSameBits(int n) {
        for (boolean extreme : new boolean[] {false, true}) {
            Random random = new Random(n);
            float[] expected = values(random, n + 4, extreme);
            float[] up = values(random, n + 2, extreme);
            float[] found = expected.clone();
            scalar.swiGlu(expected, 3, up, 1, n);
            vector.swiGlu(found, 3, up, 1, n);
            assertSameBits(found, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void scaledSumsAreTheSameBits(int n) {
        for (boolean extreme : new boolean[] {false, true}) {
            Random random = new Random(n);
            float[] expected = values(random, n + 4, extreme);
            float[] x = values(random, n + 2, extreme);
            float[] found = expected.clone();
            scalar.addScaled(expected, 3, 0.7f, x, 1, n);
            vector.addScaled(found, 3, 0.7f, x, 1, n);
            assertSameBits(found, expected);
        }
    }

    private static float[] values(Random random, int n, boolean extreme) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = value(random, extreme);
        }
        return values;
    }

    private static float value(Random random, boolean extreme) {
        if (!extreme) {
            return (float) random.nextGaussian() * 4;
        }
        return switch (random.nextInt(24)) {
            case 0 -> Float.NaN;
            case 1 -> Float.POSITIVE_INFINITY;
            case 2 -> Float.NEGATIVE_INFINITY;
            case 3 -> Float.MAX_VALUE;
            case 4 -> -Float.MAX_VALUE;
            case 5 -> Float.MIN_VALUE;
            case 6 -> -0f;
            case 7 -> -100;
            case 8 -> 100;
            default -> (float) random.nextGaussian() * 30;
        };
    }

    /** NaN is NaN, whatever its payload; everything else bit by bit, the sign of zero included. */
    private static void assertSameBits(float[] found, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.floatToIntBits(found[i]))
                    .as("element %d: scalar %s, vector %s", i, expected[i], found[i])
                    .isEqualTo(Float.floatToIntBits(expected[i]));
        }
    }
}
