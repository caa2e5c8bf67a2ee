package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import moira.engine.LoadListener;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.architecture.Architectures;
import moira.engine.architecture.Weights;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.TinyModel;
import moira.engine.kernel.ScalarKernels;
import moira.engine.matrix.NativeMemory;
import moira.engine.tensor.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecoderLoaderTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path folder;

    private Path file;
    private final Set<Thread> before = workers();

    @BeforeEach
    void write() throws IOException {
        file = Files.write(folder.resolve("tiny.gguf"), TinyModel.gguf().bytes());
    }

    /** The weights of the last matrix are gone when loading comes to them: by then threads run and memory is taken. */
    @Test
    void whatFailsHalfWayLeavesNoThreads() {
        try (Checkpoint tiny = Checkpoints.open(file)) {
            Weights whole = tiny.weights();
            Weights broken = Architectures.withOutput(whole, unmapped(whole.output()));
            assertThatThrownBy(() -> DecoderLoader.load(
                            tiny.architecture(),
                            broken,
                            ModelOptions.defaults()
                                    .withKernels(new ScalarKernels())
                                    .withThreads(4)
                                    .withResidence(Residence.RESIDENT),
                            LoadListener.NONE))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(workers()).isEqualTo(before);
        }
    }

    private static Tensor unmapped(Tensor tensor) {
        try (Arena arena = Arena.ofShared()) {
            return new Tensor(
                    tensor.name(),
                    tensor.format(),
                    tensor.shape(),
                    arena.allocate(tensor.data().byteSize()));
        }
    }

    @Test
    void aBrokenFileLeavesNoThreads() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int part = 0; part < 20; part++) {
            Files.write(file, Arrays.copyOf(whole, whole.length * part / 20));
            assertThatThrownBy(() -> Model.load(file)).isInstanceOf(MoiraException.class);
        }
        assertThat(workers()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Residence.class)
    void closingEndsTheThreadsAndTwiceIsNoError(Residence residence) {
        ModelOptions options = ModelOptions.defaults().withThreads(3).withResidence(residence);
        try (Checkpoint tiny = Checkpoints.open(file)) {
            Decoder decoder = DecoderLoader.load(tiny.architecture(), tiny.weights(), options, LoadListener.NONE);
            assertThat(workers()).hasSize(before.size() + 2);
            decoder.close();
            assertThat(workers()).isEqualTo(before);
            assertThatCode(decoder::close).doesNotThrowAnyException();
            tiny.close();
            assertThatCode(tiny::close).doesNotThrowAnyException();
        }
    }

    /** What the garbage collector frees counts as direct memory, which Java limits to the size of the heap. */
    @Test
    void residentWeightsAreNoDirectMemory() {
        try (Checkpoint tiny = Checkpoints.open(file)) {
            long direct = directBytes();
            try (Decoder decoder = DecoderLoader.load(
                    tiny.architecture(),
                    tiny.weights(),
                    ModelOptions.defaults()
                            .withKernels(new ScalarKernels())
                            .withThreads(1)
                            .withResidence(Residence.RESIDENT),
                    LoadListener.NONE)) {
                assertThat(decoder.threads()).isEqualTo(1);
                assertThat(directBytes()).isLessThanOrEqualTo(direct);
            }
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }

    /** The figures by hand, from {@link TinyModel}'s shapes: rows are rounded up to 64, positions to 128. */
    @Test
    void theBudgetCountsWhatIsTaken() {
        try (Checkpoint tiny = Checkpoints.open(file)) {
            int square = 64 * 8 * 4;
            int expert = 2 * square + 64 * 6 * 4;
            assertThat(MemoryBudget.residentBytes(tiny.weights())).isEqualTo(2 * (5 * square + 3 * expert) + square);
            int ofLayer = 128 * (4 + 16);
            assertThat(MemoryBudget.cacheBytes(tiny.architecture(), Arithmetic.FLOAT))
                    .isEqualTo(2 * ofLayer * 4);
            assertThat(MemoryBudget.cacheBytes(tiny.architecture(), Arithmetic.INT8))
                    .isEqualTo(2 * ofLayer * 2);
        }
        assertThat(MemoryBudget.forWeights(32 * GIB, 8 * GIB, 2 * GIB)).isEqualTo(18 * GIB);
        assertThat(MemoryBudget.forWeights(2 * GIB, 4 * GIB, 0)).isNegative();
    }

    @Test
    void tooLittleMemoryIsOneLine() {
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> NativeMemory.allocate(arena, 1L << 62, "output.weight"))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageStartingWith("output.weight: expected 4611686018427387904 bytes of memory, found less");
        }
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("moira-worker"))
                .collect(Collectors.toSet());
    }
}
