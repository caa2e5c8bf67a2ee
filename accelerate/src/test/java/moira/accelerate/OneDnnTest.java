package moira.accelerate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.PlainAccelerator;
import moira.engine.kernel.ScalarBfloat16;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** oneDNN's products against plain loops over the same bfloat16 numbers, so that sums in floats are all that differs. */
class OneDnnTest {
    private static final float UNTOUCHED = 7;

    @ParameterizedTest
    @CsvSource({"16, 32, 32", "17, 64, 96", "5, 1024, 1024", "64, 256, 4096", "130, 1024, 14336", "512, 96, 512"})
    void productsAreThoseOfPlainLoops(int tokens, int columns, int stride) {
        Accelerator oneDnn = Found.accelerator();
        Random random = new Random(tokens + columns);
        int whole = Math.ceilDiv(tokens, Accelerator.TOKENS) * Accelerator.TOKENS;
        MemorySegment x = random(random, 64 + (long) (whole + 1) * stride);
        MemorySegment weights = random(random, (long) columns * Accelerator.ROWS);
        MemorySegment found = sums(whole + 1);
        MemorySegment expected = sums(whole + 1);
        MemorySegment size = sums(whole + 1);
        for (boolean add : new boolean[] {false, true}) {
            oneDnn.multiply(x, 64, stride, tokens, weights, columns, found, add);
            new PlainAccelerator().multiply(x, 64, stride, tokens, weights, columns, expected, add);
        }
        new PlainAccelerator().multiply(absolute(x), 64, stride, tokens, absolute(weights), columns, size, false);
        for (int i = 0; i < tokens * Accelerator.ROWS; i++) {
            // An addition of floats is off by half a last bit of what is summed up so far, at most of the sizes' sum.
            double bound = 2.0 * columns * 0x1p-23 * size.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            assertThat((double) found.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                    .as("sum %d", i)
                    .isCloseTo(expected.getAtIndex(ValueLayout.JAVA_FLOAT, i), within(bound));
        }
        for (int i = whole * Accelerator.ROWS; i < (whole + 1) * Accelerator.ROWS; i++) {
            assertThat(found.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isEqualTo(UNTOUCHED);
        }
    }

    /** Products are shared out by the engine: threads of the library would wait for each other, and for cores that are not theirs. */
    @Test
    void theLibraryStartsNoThreads() throws IOException {
        Accelerator oneDnn = Found.accelerator();
        MemorySegment x = random(new Random(1), 1024L * 1024);
        MemorySegment weights = random(new Random(2), 1024L * Accelerator.ROWS);
        MemorySegment sums = sums(1024);
        oneDnn.multiply(x, 0, 1024, 16, weights, 1024, sums, false);
        long before = threads();
        for (int i = 0; i < 20; i++) {
            oneDnn.multiply(x, 0, 1024, 1024 - 16 * i, weights, 1024, sums, i % 2 == 1);
        }
        assertThat(threads()).isEqualTo(before);
    }

    /** Of this process, by their names: those of OpenMP keep that of the thread that starts them. */
    private static long threads() throws IOException {
        String own = Files.readString(Path.of("/proc/thread-self/comm"));
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> named(task, own)).count();
        }
    }

    private static boolean named(Path task, String name) {
        try {
            return Files.readString(task.resolve("comm")).equals(name);
        } catch (IOException e) {
            return false; // it ended meanwhile
        }
    }

    @Test
    void withoutAFolderThereIsNoAccelerator() {
        String folder = System.clearProperty(OneDnnProvider.FOLDER);
        try {
            assertThat(new OneDnnProvider().load()).isEqualTo(Optional.empty());
        } finally {
            if (folder != null) {
                System.setProperty(OneDnnProvider.FOLDER, folder);
            }
        }
    }

    @Test
    void aLibraryThatIsMissingOrBrokenIsNamed(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> new Library(folder))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("libgomp.so.1: expected a library (bin/fetch-onednn fetches it), found none");
        Files.writeString(folder.resolve("libgomp.so.1"), "no library");
        assertThatThrownBy(() -> new Library(folder))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("libgomp.so.1: expected a library for this machine, found");
    }

    private static MemorySegment random(Random random, long values) {
        MemorySegment segment = Arena.ofAuto().allocate(2 * values, 64);
        for (long i = 0; i < values; i++) {
            short value = ScalarBfloat16.round((float) random.nextGaussian());
            segment.setAtIndex(ValueLayout.JAVA_SHORT, i, value);
        }
        return segment;
    }

    private static MemorySegment absolute(MemorySegment values) {
        MemorySegment segment = Arena.ofAuto().allocate(values.byteSize(), 64);
        for (long i = 0; i < values.byteSize() / 2; i++) {
            segment.setAtIndex(
                    ValueLayout.JAVA_SHORT, i, (short) (values.getAtIndex(ValueLayout.JAVA_SHORT, i) & 0x7FFF));
        }
        return segment;
    }

    private static MemorySegment sums(int tokens) {
        MemorySegment segment = Arena.ofAuto().allocate(tokens * Accelerator.SUM_BYTES, 64);
        for (long i = 0; i < (long) tokens * Accelerator.ROWS; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, UNTOUCHED);
        }
        return segment;
    }
}
