package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.LoadListener;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import moira.engine.concurrent.Workers;
import moira.engine.matrix.PackedMatrix;
import moira.engine.tensor.Tensor;

/** Builds a decoder from the weights of a checkpoint. */
public final class DecoderLoader {
    private final Architecture architecture;
    private final ModelOptions options;
    private final Arithmetic arithmetic;
    private final Workers workers;
    private final Arena memory;
    private final MatrixLoader matrices;

    private DecoderLoader(
            Architecture architecture,
            ModelOptions options,
            Arithmetic arithmetic,
            Workers workers,
            Arena memory,
            MatrixLoader matrices) {
        this.architecture = architecture;
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
    public static Decoder load(
            Architecture architecture, Weights weights, ModelOptions options, LoadListener listener) {
        boolean packs = weights.matrices().anyMatch(PackedMatrix::packs);
        boolean accelerated = options.accelerator() != null;
        Arithmetic asked = possible(options.arithmetic(), packs, accelerated);
        Residence chosen = residence(options.residence(), weights, architecture, asked);
        Arithmetic possible = possible(options.arithmetic(), packs && chosen == Residence.PACKED, accelerated);
        Workers workers = new Workers(options.threads());
        Arena memory = Arena.ofShared();
        try {
            MatrixLoader matrices = new MatrixLoader(weights, workers, memory, chosen, listener);
            return new DecoderLoader(architecture, options, possible, workers, memory, matrices).decoder(weights);
        } catch (RuntimeException | Error e) {
            workers.close();
            memory.close();
            throw e;
        }
    }

    /** Weights that are packed in the file are multiplied where they lie, and are read in no other way. */
    private static Residence residence(
            Residence asked, Weights weights, Architecture architecture, Arithmetic arithmetic) {
        if (weights.matrices().anyMatch(Tensor::packed)) {
            if (asked == Residence.RESIDENT) {
                throw MoiraException.expected("--weights", "auto, packed or mapped for a packed file", "resident");
            }
            return Residence.PACKED;
        }
        return asked == Residence.AUTO ? MemoryBudget.best(weights, architecture, arithmetic) : asked;
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

    private Decoder decoder(Weights weights) {
        List<Layer> layers = new ArrayList<>();
        for (Weights.Layer layer : weights.layers()) {
            matrices.reserve(layer.matrices(), "layer " + layers.size());
            layers.add(LayerLoader.load(matrices, layer));
        }
        matrices.reserve(Stream.of(weights.output()), weights.output().name());
        Norm.Weights norm = new Norm.Weights(
                architecture.outputNorm(), floats(weights, Part.OUTPUT_NORM), floats(weights, Part.OUTPUT_NORM_BIAS));
        return new Decoder(
                architecture,
                new Products(options.kernels(), workers),
                arithmetic,
                options.accelerator(),
                new Rotary(architecture.attention().rotary()),
                weights.embedding(),
                layers,
                norm,
                new Linear(matrices.load(weights.output()), floats(weights, Part.OUTPUT_BIAS)),
                memory);
    }

    private static float[] floats(Weights weights, Part part) {
        Tensor tensor = weights.model().get(part);
        return tensor == null ? null : tensor.toFloats();
    }
}
