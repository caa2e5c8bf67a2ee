package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.LoadListener;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.checkpoint.Weights;
import moira.engine.concurrent.Workers;
import moira.engine.matrix.PackedMatrix;
import moira.engine.tensor.Tensor;

/** Builds a decoder from the weights of a checkpoint. */
public final class DecoderLoader {
    private final DecoderConfig config;
    private final ModelOptions options;
    private final Arithmetic arithmetic;
    private final Workers workers;
    private final Arena memory;
    private final MatrixLoader matrices;

    private DecoderLoader(
            DecoderConfig config,
            ModelOptions options,
            Arithmetic arithmetic,
            Workers workers,
            Arena memory,
            MatrixLoader matrices) {
        this.config = config;
        this.options = options;
        this.arithmetic = arithmetic;
        this.workers = workers;
        this.memory = memory;
        this.matrices = matrices;
    }

    /**
     * The threads start here and end with {@link Decoder#close}, or here where loading fails.
     *
     * @param options what is asked for: where these weights cannot be had so, the decoder says what it does instead
     * @throws moira.engine.MoiraException if the memory does not suffice
     */
    @SuppressWarnings("MustBeClosedChecker") // the decoder closes it
    public static Decoder load(DecoderConfig config, Weights weights, ModelOptions options, LoadListener listener) {
        boolean packs = weights.layers().stream().anyMatch(DecoderLoader::packs);
        boolean accelerated = options.accelerator() != null;
        Arithmetic asked = possible(options.arithmetic(), packs, accelerated);
        Residence chosen = residence(options.residence(), weights, config, asked);
        Arithmetic possible = possible(options.arithmetic(), packs && chosen == Residence.PACKED, accelerated);
        Workers workers = new Workers(options.threads());
        Arena memory = Arena.ofShared();
        try {
            MatrixLoader matrices = new MatrixLoader(weights, workers, memory, chosen, listener);
            return new DecoderLoader(config, options, possible, workers, memory, matrices).decoder(weights);
        } catch (RuntimeException | Error e) {
            workers.close();
            memory.close();
            throw e;
        }
    }

    /** Weights that are packed in the file are multiplied where they lie, and are read in no other way. */
    private static Residence residence(Residence asked, Weights weights, DecoderConfig config, Arithmetic arithmetic) {
        if (weights.matrices().anyMatch(Tensor::packed)) {
            if (asked == Residence.RESIDENT) {
                throw MoiraException.expected("--weights", "auto, packed or mapped for a packed file", "resident");
            }
            return Residence.PACKED;
        }
        return asked == Residence.AUTO ? MemoryBudget.best(weights, config, arithmetic) : asked;
    }

    /** Nothing takes activations in 8 bits but packed weights, and nothing in bfloat16 but an accelerator. */
    private static Arithmetic possible(Arithmetic asked, boolean packed, boolean accelerated) {
        if (asked == Arithmetic.FLOAT) {
            return asked;
        }
        if (accelerated) {
            return packed ? Arithmetic.BFLOAT16_INT8 : Arithmetic.BFLOAT16;
        }
        return packed ? Arithmetic.INT8 : Arithmetic.FLOAT;
    }

    private static boolean packs(Weights.Layer layer) {
        return PackedMatrix.packs(layer.query())
                || PackedMatrix.packs(layer.experts().getFirst().gate());
    }

    private Decoder decoder(Weights weights) {
        List<Layer> layers = new ArrayList<>();
        for (Weights.Layer layer : weights.layers()) {
            matrices.reserve(layer.matrices(), "layer " + layers.size());
            layers.add(layer(layer));
        }
        matrices.reserve(Stream.of(weights.output()), weights.output().name());
        return new Decoder(
                config,
                new Products(options.kernels(), workers),
                arithmetic,
                options.accelerator(),
                new Rotary(config),
                weights.embedding(),
                layers,
                weights.outputNorm().toFloats(),
                matrices.load(weights.output()),
                memory);
    }

    private Layer layer(Weights.Layer weights) {
        Attention.Weights attention = new Attention.Weights(
                matrices.load(weights.query()),
                matrices.load(weights.key()),
                matrices.load(weights.value()),
                matrices.load(weights.attentionOutput()));
        List<Experts.Expert> experts = new ArrayList<>();
        for (Weights.Expert expert : weights.experts()) {
            experts.add(new Experts.Expert(
                    matrices.load(expert.gate()), matrices.load(expert.up()), matrices.load(expert.down())));
        }
        return new Layer(
                weights.attentionNorm().toFloats(),
                attention,
                weights.expertNorm().toFloats(),
                matrices.load(weights.router()),
                List.copyOf(experts));
    }
}
