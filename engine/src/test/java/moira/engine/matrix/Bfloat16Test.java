package moira.engine.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.KernelSets;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.PlainAccelerator;
import moira.engine.kernel.ScalarKernels;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights and activations in bfloat16: each is the nearest to its float, whichever kernels round, wherever the weights lie. */
@Tag("vector-width")
class Bfloat16Test {
    private static final Accelerator PLAIN = new PlainAccelerator();

    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = KernelSets.named("vector");

    @Test
    void valuesAreTheNearest() {
        Random random = new Random(3);
        float[] x = new float[203];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(260) - 130));
        }
        // Ties, to either side; the last that rounds to a finite number; zeros; subnormal.
        int[] bits = {
            0x3F808000, 0x3F818000, 0x3F808001, 0x7F7F7FFF, 0x7F7F8000, 0, 0x80000000, 0x00008000, 1, 0x7FC00000
        };
        for (int i = 0; i < bits.length; i++) {
            x[3 * i] = Float.intBitsToFloat(bits[i]);
        }
        for (Kernels kernels : List.of(scalar, vector)) {
            MemorySegment out = Arena.ofAuto().allocate(2L * x.length + 2, 64);
            kernels.toBfloat16(x, 1, x.length - 1, out, 2);
            for (int i = 1; i < x.length; i++) {
                assertThat((Float) PlainAccelerator.value(out, 2L * i))
                        .as("%s: %x", kernels.name(), Float.floatToRawIntBits(x[i]))
                        .isEqualTo((Float) nearest(x[i]));
            }
        }
    }

    /** Of the two neighbours with 8 bits of precision the nearer; of two as near the one whose last bit is 0. */
    private static float nearest(float x) {
        if (Float.isNaN(x) || Float.isInfinite(x)) {
            return x;
        }
        int bits = Float.floatToRawIntBits(x);
        float below = Float.intBitsToFloat(bits & 0xFFFF0000);
        float above = Float.intBitsToFloat((bits & 0xFFFF0000) + 0x10000);
        // What follows the largest finite number counts as its distance on.
        double size = Float.isInfinite(above) ? Math.copySign(0x1p128, x) : above;
        double toBelow = Math.abs((double) x - below);
        double toAbove = Math.abs(size - x);
        boolean even = (bits >>> 16 & 1) == 0;
        return toBelow < toAbove || (toBelow == toAbove && even) ? below : above;
    }

    static Stream<Arguments> matrices() {
        return Stream.of(Packing.values())
                .flatMap(packing -> Stream.of(
                        Arguments.of(packing.format(), 1, packing.superColumns()),
                        Arguments.of(packing.format(), 64, packing.superColumns()),
                        Arguments.of(packing.format(), 100, packing.superColumns())));
    }

    /** Every weight of every block, found by multiplying with the rows of the unit matrix. */
    @ParameterizedTest
    @MethodSource("matrices")
    void weightsAreTheNearestToTheFilesValues(TensorFormat format, int rows, int columns) {
        Tensor tensor = RandomTensors.quantised(format, rows, columns, new Random(rows));
        Rows x = Rows.of(columns, columns, new Rows.Formats(false, PLAIN));
        for (int c = 0; c < columns; c++) {
            x.values()[c * columns + c] = 1;
            x.quantise(scalar, c);
        }
        float[] row = new float[columns];
        float[] expected = new float[columns * rows];
        for (int r = 0; r < rows; r++) {
            tensor.row(r, row, 0);
            for (int c = 0; c < columns; c++) {
                expected[c * rows + r] = nearest(row[c]) + 0f;
            }
        }
        for (Kernels kernels : List.of(scalar, vector)) {
            for (Matrix matrix : everyWay(tensor)) {
                assertThat(product(matrix, kernels, x, 0, columns))
                        .as("%s, %s", kernels.name(), matrix)
                        .isEqualTo(expected);
            }
        }
    }

    /** Many columns, some tokens: the error that {@link Accelerator} states, and rows before and after left alone. */
    @ParameterizedTest
    @EnumSource(Packing.class)
    void productsAreWithinTheBound(Packing packing) {
        TensorFormat format = packing.format();
        int rows = 65;
        // More than one piece, and a piece that is not whole.
        int columns = 1024 + packing.superColumns();
        Random random = new Random(columns + rows);
        Tensor tensor = RandomTensors.quantised(format, rows, columns, random);
        Rows x = Rows.of(31, columns, new Rows.Formats(false, PLAIN));
        for (int t = 0; t < 31; t++) {
            for (int c = 0; c < columns; c++) {
                x.values()[t * columns + c] = (float) random.nextGaussian();
            }
            x.quantise(vector, t);
        }
        float[] row = new float[columns];
        for (Matrix matrix : everyWay(tensor)) {
            float[] y = product(matrix, vector, x, 3, 27);
            for (int r = 0; r < rows; r++) {
                tensor.row(r, row, 0);
                for (int t = 0; t < 27; t++) {
                    double sum = 0;
                    double size = 0;
                    for (int c = 0; c < columns; c++) {
                        double product = (double) row[c] * x.values()[(3 + t) * columns + c];
                        sum += product;
                        size += Math.abs(product);
                    }
                    double bound = 0x1p-7 + 0x1p-16 + columns * 0x1p-23;
                    assertThat((double) y[t * rows + r]).isCloseTo(sum, within(bound * size + 1e-30));
                }
            }
        }
    }

    @Test
    void fewTokensAreMultipliedAsEver() {
        Random random = new Random(8);
        Tensor tensor = RandomTensors.quantised(TensorFormat.Q8_0, 70, 64, random);
        Rows accelerated = Rows.of(Bfloat16Rows.LEAST - 1, 64, new Rows.Formats(true, PLAIN));
        Rows plain = Rows.of(Bfloat16Rows.LEAST - 1, 64, new Rows.Formats(true, null));
        for (int t = 0; t < Bfloat16Rows.LEAST - 1; t++) {
            for (int c = 0; c < 64; c++) {
                plain.values()[t * 64 + c] = accelerated.values()[t * 64 + c] = (float) random.nextGaussian();
            }
            accelerated.quantise(vector, t);
            plain.quantise(vector, t);
        }
        for (Matrix matrix : everyWay(tensor)) {
            assertThat(product(matrix, vector, accelerated, 0, Bfloat16Rows.LEAST - 1))
                    .isEqualTo(product(matrix, vector, plain, 0, Bfloat16Rows.LEAST - 1));
        }
    }

    private static List<Matrix> everyWay(Tensor tensor) {
        PackedMatrix packed =
                new PackedMatrix(tensor, Arena.ofAuto().allocate(PackedMatrix.bytes(tensor), NativeMemory.ALIGNMENT));
        ResidentMatrix resident = new ResidentMatrix(
                tensor, Arena.ofAuto().allocate(ResidentMatrix.bytes(tensor), NativeMemory.ALIGNMENT));
        for (int block = 0; block < packed.blocks(); block++) {
            packed.pack(tensor, block);
            resident.pack(tensor, block, new Scratch());
        }
        return List.of(packed, resident, new MappedMatrix(tensor));
    }

    /** Of rows {@code [first, first + count)}; whatever else is written is found. */
    private static float[] product(Matrix matrix, Kernels kernels, Rows x, int first, int count) {
        int at = 5;
        float[] y = new float[at + count * matrix.rows() + 5];
        Arrays.fill(y, 7);
        Scratch scratch = new Scratch();
        for (int block = 0; block < matrix.blocks(); block++) {
            matrix.multiply(kernels, block, scratch, x, first, count, y, at, matrix.rows());
        }
        for (int i = 0; i < 5; i++) {
            assertThat(y[i]).isEqualTo(7);
            assertThat(y[y.length - 1 - i]).isEqualTo(7);
        }
        return Arrays.copyOfRange(y, at, y.length - 5);
    }
}
