package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import moira.engine.Families;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.Session;
import moira.engine.checkpoint.Json;
import moira.engine.kernel.PlainAccelerator;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a decode step leaves to the garbage collector: nothing, in any thread, with its routing observed or not. */
class AllocationTest {
    private static final Shape SHAPE = Shape.mixtral("tiny", 256, 4, 4, 2, 64, 512, 8, 2, 300, 4096);

    /**
     * Steps in a row that are to allocate nothing. Every second row begins no block of the KV cache, which takes memory, and no run of
     * rotary angles, whose exact functions do.
     */
    private static final int ROW = 32;

    /** Compiled code is what counts, and how soon there is some is the machine's affair. */
    private static final int MOST_ROWS = 400;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "Q4_0, PACKED, INT8, 1, false",
        "Q4_0, PACKED, INT8, 2, true",
        "Q8_0, PACKED, INT8, 1, true",
        "Q4_K, PACKED, INT8, 2, false",
        "Q5_K, PACKED, INT8, 1, false",
        "Q6_K, PACKED, INT8, 1, false",
        "Q4_K, PACKED, BFLOAT16_INT8, 1, false",
        "Q4_K, PACKED, FLOAT, 1, false",
        "Q8_0, RESIDENT, FLOAT, 1, true",
        "Q8_0, RESIDENT, FLOAT, 2, false"
    })
    void aStepAllocatesNothing(
            String format, Residence residence, Arithmetic arithmetic, int threads, boolean observed) {
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(SHAPE, format, file, bytes -> {});
        ModelOptions options = ModelOptions.defaults()
                .withThreads(threads)
                .withResidence(residence)
                .withArithmetic(arithmetic)
                .withAccelerator(arithmetic.hasBfloat16() ? new PlainAccelerator() : null);
        try (Model model = Model.load(file, options)) {
            assertThat(model.arithmetic()).isEqualTo(arithmetic);
            Session session = model.newSession();
            int[] told = {0};
            if (observed) {
                session.observe((layer, position, tokens, experts, weights, probabilities) -> told[0]++);
            }
            assertThat(least(session, SHAPE)).isZero();
            assertThat(told[0] > 0).isEqualTo(observed);
        }
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#here")
    void norDoesOneOfAnyFamily(String family) throws IOException {
        Path config = Families.path(family).resolve("config.json");
        Shape shape = Shape.of(family, Json.object(Files.readAllBytes(config), config.toString()));
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(shape, "F32", file, bytes -> {});
        ModelOptions options = ModelOptions.defaults().withThreads(2).withResidence(Residence.RESIDENT);
        try (Model model = Model.load(file, options)) {
            Session session = model.newSession();
            session.observe((layer, position, tokens, experts, weights, probabilities) -> {});
            assertThat(least(session, shape)).isZero();
        }
    }

    /** Bytes that all threads of the decoder allocate in a row of steps: the least of many rows, or the first zero. */
    private static long least(Session session, Shape shape) {
        long[] helpers = helpers();
        int[] token = {1};
        long least = Long.MAX_VALUE;
        for (int row = 0; row < MOST_ROWS && least > 0; row++) {
            if (session.position() + ROW > shape.architecture().context()) {
                session.reset();
            }
            least = Math.min(
                    least,
                    allocated(session, token, helpers, shape.architecture().vocabulary()));
        }
        return least;
    }

    private static long allocated(Session session, int[] token, long[] helpers, int vocabulary) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long ofHelpers = LongStream.of(threads.getThreadAllocatedBytes(helpers)).sum();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROW; i++) {
            token[0] = (token[0] * 31 + 7) % vocabulary;
            session.logits(token);
        }
        long ofCaller = threads.getCurrentThreadAllocatedBytes() - before;
        return ofCaller
                + LongStream.of(threads.getThreadAllocatedBytes(helpers)).sum()
                - ofHelpers;
    }

    private static long[] helpers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("moira-worker"))
                .mapToLong(Thread::threadId)
                .toArray();
    }
}
