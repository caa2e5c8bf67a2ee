package moira.engine.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import moira.engine.kernel.Factors;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.KernelSets;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.ScalarKernels;
import moira.engine.kernel.Unpacked;
import moira.engine.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Packed groups: nothing is lost on the way in, and vectors and plain loops agree to the bit at every width. */
@Tag("vector-width")
class PackedTest {
    private static final List<Integer> ROWS = List.of(1, 4, 13, 16, 17, 31, 32, 33, 50, 64);

    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = KernelSets.named("vector");

    static Stream<Arguments> groups() {
        return Stream.of(Packing.values())
                .flatMap(packing -> Stream.of(1, 2, 5)
                        .flatMap(n ->
                                ROWS.stream().map(rows -> Arguments.of(packing, n * packing.superColumns(), rows))));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void unpackedWeightsAreTheFilesToTheBit(Packing packing, int columns, int rows) {
        Group group = new Group(packing, columns, rows, new Random(rows + columns));
        for (Kernels kernels : List.of(scalar, vector)) {
            Unpacked unpacked = group.unpack(kernels, false, 0, columns);
            float[] row = new float[columns];
            float[] found = new float[columns];
            for (int r = 0; r < rows; r++) {
                group.tensor.row(r, row, 0);
                for (int c = 0; c < columns; c++) {
                    found[c] = value(unpacked, r, c);
                }
                assertSameBits(found, row);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void productsAreTheSameBits(Packing packing, int columns, int rows) {
        Random random = new Random(31 * rows + columns);
        Group group = new Group(packing, columns, rows, random);
        Int8Rows x = activations(random, 3, columns);
        for (int token = 0; token < 3; token++) {
            float[] expected = new float[rows + 4];
            float[] found = new float[rows + 4];
            group.product(scalar, x, token, expected, 2);
            group.product(vector, x, token, found, 2);
            assertSameBits(found, expected);
        }
    }

    /** Tiles of four tokens over unpacked codes, and each token alone over packed ones. */
    @ParameterizedTest
    @MethodSource("groups")
    void tilesAreTheSameBits(Packing packing, int columns, int rows) {
        Random random = new Random(13 * rows + columns);
        Group group = new Group(packing, columns, rows, random);
        Int8Rows x = activations(random, 9, columns);
        float[][] expected = new float[8][rows];
        for (int token = 0; token < 8; token++) {
            group.product(scalar, x, 1 + token, expected[token], 0);
        }
        for (Kernels kernels : List.of(scalar, vector)) {
            float[] found = new float[8 * Packing.ROWS];
            for (int c = 0; c < columns; c += Unpacked.chunk(packing)) {
                int width = Math.min(Unpacked.chunk(packing), columns - c);
                kernels.codesProduct(group.unpack(kernels, Unpacked.shorts(packing), c, width), c, x, 1, 8, found);
            }
            for (int token = 0; token < 8; token++) {
                int at = token * Packing.ROWS;
                assertSameBits(Arrays.copyOfRange(found, at, at + rows), expected[token]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void dequantisedPanelsAreTheFilesToTheBit(Packing packing, int columns, int rows) {
        Group group = new Group(packing, columns, rows, new Random(rows - columns));
        float[] row = new float[columns];
        for (Kernels kernels : List.of(scalar, vector)) {
            Unpacked unpacked = group.unpack(kernels, false, 0, columns);
            kernels.dequantise(unpacked);
            for (int r = 0; r < rows; r++) {
                group.tensor.row(r, row, 0);
                float[] found = new float[columns];
                for (int c = 0; c < columns; c++) {
                    found[c] = code(unpacked, r, c);
                }
                assertSameBits(found, row);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void productsAreThoseOfTheFilesValues(Packing packing, int columns, int rows) {
        Random random = new Random(17 * rows + columns);
        Group group = new Group(packing, columns, rows, random);
        Int8Rows x = activations(random, 1, columns);
        float[] y = new float[rows];
        group.product(scalar, x, 0, y, 0);
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++) {
            group.tensor.row(r, row, 0);
            double sum = 0;
            double size = 0;
            for (int c = 0; c < columns; c++) {
                double product = (double) row[c] * x.codes()[c] * x.scales()[c / 32];
                sum += product;
                size += Math.abs(product);
            }
            assertThat((double) y[r]).isCloseTo(sum, within(4e-6 * size + 1e-30));
        }
    }

    /** The largest sums that 16 bits must hold: every code at one end, every activation at one end. */
    @ParameterizedTest
    @EnumSource(Packing.class)
    void extremeIntegersAreExact(Packing packing) {
        int columns = packing.superColumns();
        int most = packing.hasLevels() ? 14 : (1 << packing.bits()) - 1;
        for (int code : new int[] {0, most, 1 << (packing.bits() - 1)}) {
            for (int a : new int[] {127, -127}) {
                Int8Rows x = new Int8Rows();
                x.reshape(1, columns);
                float[] values = new float[columns];
                Arrays.fill(values, a);
                scalar.quantise(values, 0, x, 0);
                int q = value(packing, code);
                for (Kernels kernels : List.of(scalar, vector)) {
                    float[] y = new float[Packing.ROWS];
                    kernels.packedProduct(packing, constant(packing, code), 0, columns, x, 0, y, 0, y.length);
                    assertThat(y)
                            .as("%s, %s: q %d times a %d", kernels.name(), packing, q, a)
                            .containsOnly((float) (q * a * columns));
                }
            }
        }
    }

    private static int value(Packing packing, int code) {
        if (packing.hasLevels()) {
            return Packing.level(code);
        }
        return packing.bits() == 8 ? (byte) code : code - packing.offset();
    }

    /** A super-block whose codes are all the same, with scales of one and minimums of none. */
    private static MemorySegment constant(Packing packing, int code) {
        MemorySegment w = Arena.ofAuto().allocate(packing.superBytes(), 64);
        int low = (code & 15) * 17;
        int high = (code >> 4) * (packing.bits() == 5 ? 0xFF : 0x55);
        for (int b = 0; b < packing.blocks(); b++) {
            for (int i = 0; i < packing.codeBytes(); i++) {
                int value = packing.bits() == 8 ? code : isHigh(packing, i) ? high : low;
                w.set(ValueLayout.JAVA_BYTE, packing.blockAt(b) + i, (byte) value);
            }
        }
        for (int lane = 0; lane < Packing.ROWS; lane++) {
            short one = packing.hasLevels() ? 0x3F80 : Float.floatToFloat16(1);
            w.set(ValueLayout.JAVA_SHORT, packing.halfAt(lane), one);
            for (int i = 0; i < packing.scales(); i++) {
                w.set(ValueLayout.JAVA_BYTE, packing.scaleAt(i, lane), (byte) 1);
            }
        }
        return w;
    }

    private static boolean isHigh(Packing packing, int at) {
        int lines = packing.pieceColumns() / 4 + 1;
        return packing.highBits() > 0 && at / Packing.LINE % lines == lines - 1;
    }

    @Test
    void quantisedActivationsAreTheSameBitsAndNearTheirValues() {
        Random random = new Random(5);
        int columns = 160;
        float[] x = new float[columns];
        for (int c = 0; c < columns; c++) {
            x[c] = (float) (random.nextGaussian() * Math.pow(10, c / 32 - 2));
        }
        Arrays.fill(x, 64, 96, 0);
        x[70] = 1e-38f;
        Int8Rows expected = new Int8Rows();
        expected.reshape(2, columns);
        Int8Rows found = new Int8Rows();
        found.reshape(2, columns);
        scalar.quantise(x, 0, expected, 1);
        vector.quantise(x, 0, found, 1);
        assertSameBits(found.floats(), expected.floats());
        assertSameBits(found.scales(), expected.scales());
        assertThat(found.codes()).isEqualTo(expected.codes());
        assertThat(found.sums()).isEqualTo(expected.sums());
        for (int c = 0; c < columns; c++) {
            float scale = expected.scales()[(columns + c) / 32];
            int code = expected.codes()[columns + c];
            assertThat(code * scale).isCloseTo(x[c], within(0.5001f * scale + 1e-30f));
            assertThat(code).isBetween(-127, 127);
        }
        assertThat(expected.sum(columns + 128, 32)).isEqualTo(sum(expected.codes(), columns + 128));
    }

    private static int sum(short[] codes, int at) {
        int sum = 0;
        for (int i = at; i < at + 32; i++) {
            sum += codes[i];
        }
        return sum;
    }

    private static void assertSameBits(float[] found, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToRawIntBits(found[i]) != Float.floatToRawIntBits(expected[i])) {
                assertThat(found[i]).as("value %d", i).isEqualTo(expected[i]);
                assertThat(Float.floatToRawIntBits(found[i])).isEqualTo(Float.floatToRawIntBits(expected[i]));
            }
        }
    }

    private Int8Rows activations(Random random, int tokens, int columns) {
        float[] x = new float[columns];
        Int8Rows rows = new Int8Rows();
        rows.reshape(tokens, columns);
        for (int t = 0; t < tokens; t++) {
            for (int c = 0; c < columns; c++) {
                x[c] = (float) random.nextGaussian();
            }
            scalar.quantise(x, 0, rows, t);
        }
        return rows;
    }

    /** A random tensor, and its packed group. */
    private static final class Group {
        final Packing packing;
        final Tensor tensor;
        final int columns;
        final MemorySegment packed;

        Group(Packing packing, int columns, int rows, Random random) {
            this.packing = packing;
            this.columns = columns;
            this.tensor = RandomTensors.quantised(packing.format(), rows, columns, random);
            this.packed = Arena.ofAuto().allocate(64 + packing.groupBytes(columns), 64);
            new Packer(packing).group(tensor, 0, packed, 64);
        }

        void product(Kernels kernels, Int8Rows x, int token, float[] y, int yAt) {
            kernels.packedProduct(packing, packed, 64, columns, x, token, y, yAt, (int) tensor.rows());
        }

        /** Some columns. */
        Unpacked unpack(Kernels kernels, boolean shorts, int column, int width) {
            Factors factors = new Factors();
            factors.reshape(packing, width);
            Unpacked to = new Unpacked(
                    packing, Arena.ofAuto().allocate(Unpacked.codeBytes(width), 64), shorts, width, factors);
            long from = (long) (column / packing.superColumns()) * packing.superBytes();
            kernels.unpack(packed, 64 + from, to);
            return to;
        }
    }

    private static float code(Unpacked w, int row, int column) {
        int panel = row / 16 * w.columns();
        return w.codes().get(ValueLayout.JAVA_FLOAT, ((long) (panel + column) * 16 + row % 16) * 4);
    }

    private static float value(Unpacked w, int row, int column) {
        float q = code(w, row, column);
        Packing packing = w.packing();
        int at = (row / 16 * w.columns() + column) / packing.scaleColumns() * 16 + row % 16;
        Factors factors = w.factors();
        if (packing.scales() == 0) {
            float value = factors.scales()[at] * q;
            return packing.hasMinimums() ? value - factors.minimums()[at] : value;
        }
        int superAt = (row / 16 * w.columns() + column) / packing.superColumns() * 16 + row % 16;
        float value = factors.superScales()[superAt] * factors.scales()[at] * q;
        return packing.hasMinimums() ? value - factors.superMinimums()[superAt] * factors.minimums()[at] : value;
    }
}
