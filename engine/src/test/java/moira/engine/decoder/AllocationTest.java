package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.Session;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a decode step leaves to the garbage collector. */
class AllocationTest {
    private static final Shape SHAPE = new Shape("tiny", 256, 4, 4, 2, 64, 512, 8, 2, 300, 4096);

    /**
     * The tasks of a dozen loops a layer, and the sums of a few norms: small change. One vector object of 80 bytes for every 32
     * rows of a matrix and 32 columns would be 77,000 bytes a layer here.
     */
    private static final long BYTES_OF_A_LAYER = 4_096;

    /** Compiled code is what counts, and how soon there is some is the machine's affair. */
    private static final int MOST_STEPS = 4_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "Q4_0, PACKED, INT8",
        "Q8_0, PACKED, INT8",
        "Q4_K, PACKED, INT8",
        "Q5_K, PACKED, INT8",
        "Q6_K, PACKED, INT8",
        "Q8_0, RESIDENT, FLOAT"
    })
    void aStepAllocatesNoVectors(String format, Residence residence, Arithmetic arithmetic) {
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(SHAPE, format, file, bytes -> {});
        ModelOptions options =
                ModelOptions.defaults().withThreads(1).withResidence(residence).withArithmetic(arithmetic);
        try (Model model = Model.load(file, options)) {
            Session session = model.newSession();
            session.feed(1, 2, 3);
            assertThat(least(session, BYTES_OF_A_LAYER * SHAPE.layers())).isLessThan(BYTES_OF_A_LAYER * SHAPE.layers());
        }
    }

    /** Bytes that the calling thread, which does all the work, allocates in a step: the least of many, or the first below a limit. */
    private static long least(Session session, long limit) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int step = 0; step < MOST_STEPS && least >= limit; step++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            session.logits(step % 300);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
