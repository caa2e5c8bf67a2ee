package moira.engine.decoder;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.checkpoint.Weights;
import moira.engine.concurrent.Workers;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.MappedMatrix;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.ResidentMatrix;
import moira.engine.matrix.Scratch;
import moira.engine.tensor.Tensor;

/** Builds a decoder from the weights of a checkpoint. */
public final class DecoderLoader {
    private final DecoderConfig config;
    private final Kernels kernels;
    private final Workers workers;
    private final boolean resident;
    private final Scratch[] scratch;

    private DecoderLoader(DecoderConfig config, Kernels kernels, Workers workers, boolean resident) {
        this.config = config;
        this.kernels = kernels;
        this.workers = workers;
        this.resident = resident;
        scratch = new Scratch[workers.threads()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch();
        }
    }

    /** The threads start here and end with {@link Decoder#close}. */
    public static Decoder load(Checkpoint checkpoint, Kernels kernels, int threads, Residence residence) {
        Weights weights = checkpoint.weights();
        boolean resident = isResident(weights, residence);
        return new DecoderLoader(checkpoint.config(), kernels, new Workers(threads), resident).decoder(weights);
    }

    private static boolean isResident(Weights weights, Residence residence) {
        if (residence != Residence.AUTO) {
            return residence == Residence.RESIDENT;
        }
        long values = weights.output().rows() * weights.output().columns();
        for (Weights.Layer layer : weights.layers()) {
            for (Weights.Expert expert : layer.experts()) {
                values += 3 * expert.gate().rows() * expert.gate().columns();
            }
            values += 2 * layer.query().rows() * layer.query().columns();
            values += 2 * layer.key().rows() * layer.key().columns();
        }
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return values * Float.BYTES <= system.getTotalMemorySize() / 2;
    }

    private Decoder decoder(Weights weights) {
        Rotary rotary = new Rotary(config);
        List<Layer> layers = new ArrayList<>();
        for (Weights.Layer layer : weights.layers()) {
            layers.add(layer(layer, rotary));
        }
        return new Decoder(
                config,
                new Products(kernels, workers),
                rotary,
                weights.embedding(),
                layers,
                weights.outputNorm().toFloats(),
                matrix(weights.output()));
    }

    private Layer layer(Weights.Layer weights, Rotary rotary) {
        Attention attention = new Attention(
                config,
                rotary,
                matrix(weights.query()),
                matrix(weights.key()),
                matrix(weights.value()),
                matrix(weights.attentionOutput()));
        List<Experts.Expert> experts = new ArrayList<>();
        for (Weights.Expert expert : weights.experts()) {
            experts.add(new Experts.Expert(matrix(expert.gate()), matrix(expert.up()), matrix(expert.down())));
        }
        return new Layer(
                weights.attentionNorm().toFloats(),
                attention,
                weights.expertNorm().toFloats(),
                new Router(config, matrix(weights.router())),
                new Experts(config, experts));
    }

    private Matrix matrix(Tensor tensor) {
        if (!resident) {
            return new MappedMatrix(tensor);
        }
        ResidentMatrix matrix = new ResidentMatrix(tensor);
        workers.run(matrix.blocks(), (block, worker) -> matrix.pack(tensor, block, scratch[worker]));
        return matrix;
    }
}
