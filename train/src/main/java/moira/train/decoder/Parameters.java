package moira.train.decoder;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.checkpoint.Checkpoint;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The weights that are learnt, by name, in floats; each keeps its gradient. Freed when closed. */
public final class Parameters implements AutoCloseable {
    /** The spread of fresh weights (Radford et al. 2019, section 2.3, and most decoders since). */
    private static final double SPREAD = 0.02;

    private final MixtralShape config;
    private final Device device;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private Parameters(MixtralShape config, Device device, BiFunction<String, long[], float[]> values) {
        this.config = config;
        this.device = device;
        ParameterShapes.of(config).forEach((name, shape) -> {
            try (Tensor made = Tensor.create(values.apply(name, shape), shape);
                    Tensor tensor = made.to(device, torch.ScalarType.Float)) {
                tensors.put(name, new Tensor(tensor.set_requires_grad(true)));
            }
        });
    }

    /**
     * Fresh weights: norms are 1, matrices are Gaussian with a spread of 0.02, divided by the root of twice the layers where a
     * matrix adds to the residual stream (Radford et al. 2019, section 2.3).
     */
    public static Parameters random(MixtralShape config, long seed) {
        return random(config, seed, new Device("cpu"));
    }

    /** {@link #random(MixtralShape, long)} on a device; the same numbers on each. */
    public static Parameters random(MixtralShape config, long seed, Device device) {
        Random random = new Random(seed);
        return new Parameters(config, device, (name, shape) -> {
            float[] values = new float[Math.toIntExact(ParameterShapes.size(shape))];
            if (shape.length == 1) {
                Arrays.fill(values, 1);
                return values;
            }
            boolean adds = name.endsWith(ParameterShapes.ATTENTION_OUTPUT) || name.endsWith("w2.weight");
            double spread = adds ? SPREAD / Math.sqrt(2.0 * config.layers()) : SPREAD;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (spread * random.nextGaussian());
            }
            return values;
        });
    }

    /** The weights of a checkpoint in a Hugging Face folder. */
    public static Parameters of(Checkpoint checkpoint) {
        Map<String, moira.engine.tensor.Tensor> stored =
                checkpoint.tensors().stream().collect(Collectors.toMap(moira.engine.tensor.Tensor::name, t -> t));
        return new Parameters(
                MixtralShape.of(checkpoint.architecture(), checkpoint.name()),
                new Device("cpu"),
                (name, shape) ->
                        taken(checkpoint.name(), stored.get(name), name, shape).toFloats());
    }

    private static moira.engine.tensor.Tensor taken(
            String where, moira.engine.tensor.Tensor tensor, String name, long[] shape) {
        if (tensor == null
                || !Arrays.equals(tensor.shape().stream().mapToLong(n -> n).toArray(), shape)) {
            throw MoiraException.expected(
                    where,
                    "tensor " + name + " " + Arrays.toString(shape),
                    tensor == null ? "none of that name" : tensor.shape());
        }
        return tensor;
    }

    /** Indices, moved to where the parameters are. */
    public Tensor place(Tensor indices) {
        return indices.to(device, torch.ScalarType.Long);
    }

    public MixtralShape config() {
        return config;
    }

    /** A parameter by its name. */
    public Tensor get(String name) {
        return tensors.get(name);
    }

    /** All of them, in the order of the computation. */
    public Map<String, Tensor> all() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
    }
}
