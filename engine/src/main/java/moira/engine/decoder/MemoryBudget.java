package moira.engine.decoder;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.ToLongFunction;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Weights;
import moira.engine.matrix.PackedMatrix;
import moira.engine.matrix.ResidentMatrix;
import moira.engine.tensor.Tensor;

/** Whether the weights of a model fit the memory that nothing else will need. */
final class MemoryBudget {
    /** Tokens of the one sequence that room is kept for: Mixtral's context. A longer one takes what is left. */
    private static final int MOST_TOKENS = 32_768;

    /** One part in so many is for the system, the JVM's own memory, and the pages of the mapped file. */
    private static final int REST = 8;

    /** Floats beyond this are read more slowly from memory than packed weights are unpacked. */
    private static final long SMALL = 1L << 28;

    private MemoryBudget() {}

    /** Where weights are best, if they fit: small ones as floats, which need no warming up and round nothing, others packed. */
    static Residence best(Weights weights, Architecture architecture, Arithmetic arithmetic) {
        // The limit of the container, where there is one.
        long total =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        long room = forWeights(total, Runtime.getRuntime().maxMemory(), cacheBytes(architecture, arithmetic));
        long floats = residentBytes(weights);
        if (floats <= Math.min(room, SMALL)) {
            return Residence.RESIDENT;
        }
        return packedBytes(weights) <= room ? Residence.PACKED : Residence.MAPPED;
    }

    /**
     * What is left for weights, in bytes; below 0 where nothing is.
     *
     * @param total of the machine or the container
     * @param heap that Java may grow to
     * @param cache of keys and values
     */
    static long forWeights(long total, long heap, long cache) {
        return total - total / REST - heap - cache;
    }

    static long cacheBytes(Architecture architecture, Arithmetic arithmetic) {
        int tokens = Math.min(architecture.context(), MOST_TOKENS);
        return architecture.depth() * KvCache.bytes(architecture.attention(), arithmetic, tokens);
    }

    static long residentBytes(Weights weights) {
        return bytes(weights, ResidentMatrix::bytes);
    }

    /** What is not quantised is kept in floats. */
    static long packedBytes(Weights weights) {
        return bytes(
                weights,
                tensor -> PackedMatrix.packs(tensor) ? PackedMatrix.bytes(tensor) : ResidentMatrix.bytes(tensor));
    }

    private static long bytes(Weights weights, ToLongFunction<Tensor> bytes) {
        return weights.matrices().mapToLong(bytes).sum();
    }
}
