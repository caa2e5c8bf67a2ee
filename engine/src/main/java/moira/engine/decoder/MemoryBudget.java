package moira.engine.decoder;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.checkpoint.Weights;
import moira.engine.matrix.ResidentMatrix;
import moira.engine.tensor.Tensor;

/** Whether the weights of a model, four bytes each, fit the memory that nothing else will need. */
final class MemoryBudget {
    /** Tokens of the one sequence that room is kept for: Mixtral's context. A longer one takes what is left. */
    private static final int MOST_TOKENS = 32_768;

    /** One part in so many is for the system, the JVM's own memory, and the pages of the mapped file. */
    private static final int REST = 8;

    private MemoryBudget() {}

    static boolean fits(Weights weights, DecoderConfig config) {
        // The limit of the container, where there is one.
        long total =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return residentBytes(weights) <= forWeights(total, Runtime.getRuntime().maxMemory(), cacheBytes(config));
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

    static long cacheBytes(DecoderConfig config) {
        return config.layers() * KvCache.bytes(config, Math.min(config.context(), MOST_TOKENS));
    }

    static long residentBytes(Weights weights) {
        return ResidentMatrix.bytes(weights.output())
                + weights.layers().stream()
                        .flatMap(MemoryBudget::matrices)
                        .mapToLong(ResidentMatrix::bytes)
                        .sum();
    }

    private static Stream<Tensor> matrices(Weights.Layer layer) {
        return Stream.concat(
                Stream.of(layer.query(), layer.key(), layer.value(), layer.attentionOutput(), layer.router()),
                layer.experts().stream().flatMap(expert -> Stream.of(expert.gate(), expert.up(), expert.down())));
    }
}
