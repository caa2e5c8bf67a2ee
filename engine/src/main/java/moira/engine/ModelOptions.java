package moira.engine;

import moira.engine.architecture.Architecture;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Residence;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.KernelSets;
import moira.engine.kernel.Kernels;

/**
 * How a model runs. Of all this the arithmetic and the experts per token alone change a result: routing and logits are the same bits for all kernels,
 * threads, batches and places of weights (those of 8 bits, of weights that are packed), unless an accelerator is asked for.
 *
 * @param kernels what computes
 * @param threads that share the work, the calling one included
 * @param batch how many tokens of a prompt go through a layer together
 * @param residence where the weights are
 * @param arithmetic in what activations meet weights
 * @param accelerator of prompts, where the arithmetic is not in floats; null for none
 * @param expertsPerToken how many experts a token goes to; 0 for as many as the model was trained with
 */
public record ModelOptions(
        Kernels kernels,
        int threads,
        int batch,
        Residence residence,
        Arithmetic arithmetic,
        Accelerator accelerator,
        int expertsPerToken) {
    public static final int DEFAULT_BATCH = 512;

    public ModelOptions {
        if (threads < 1 || threads > 1024) {
            throw MoiraException.expected("threads", "1 to 1024", threads);
        }
        if (expertsPerToken < 0) {
            throw MoiraException.expected(
                    "experts per token", "a number from 1, or 0 for the model's own", expertsPerToken);
        }
        if (batch < 1 || batch > 65_536) {
            throw MoiraException.expected("batch", "1 to 65536", batch);
        }
    }

    /** The best kernels, a thread a processor, weights in memory if they fit. */
    public static ModelOptions defaults() {
        return new ModelOptions(
                KernelSets.best(),
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_BATCH,
                Residence.AUTO,
                Arithmetic.FLOAT,
                null,
                0);
    }

    public ModelOptions withKernels(Kernels kernels) {
        return new ModelOptions(kernels, threads, batch, residence, arithmetic, accelerator, expertsPerToken);
    }

    public ModelOptions withThreads(int threads) {
        return new ModelOptions(kernels, threads, batch, residence, arithmetic, accelerator, expertsPerToken);
    }

    public ModelOptions withBatch(int batch) {
        return new ModelOptions(kernels, threads, batch, residence, arithmetic, accelerator, expertsPerToken);
    }

    public ModelOptions withResidence(Residence residence) {
        return new ModelOptions(kernels, threads, batch, residence, arithmetic, accelerator, expertsPerToken);
    }

    public ModelOptions withArithmetic(Arithmetic arithmetic) {
        return new ModelOptions(kernels, threads, batch, residence, arithmetic, accelerator, expertsPerToken);
    }

    public ModelOptions withAccelerator(Accelerator accelerator) {
        return new ModelOptions(kernels, threads, batch, residence, arithmetic, accelerator, expertsPerToken);
    }

    public ModelOptions withExpertsPerToken(int k) {
        return new ModelOptions(kernels, threads, batch, residence, arithmetic, accelerator, k);
    }

    /** A model as it is to run. */
    Architecture of(Architecture architecture) {
        return expertsPerToken == 0 ? architecture : architecture.withExpertsPerToken(expertsPerToken);
    }
}
