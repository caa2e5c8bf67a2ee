package moira.train.decoder;

import java.nio.LongBuffer;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The mixture of experts of a layer (Mixtral of Experts, section 2.1): {@code y = sum over i of Softmax(TopK(x W_g))_i *
 * SwiGLU_i(x)}. Tokens are grouped by expert on the host, so that each expert is one product of matrices.
 */
final class Mixture {
    private final Parameters parameters;
    private final MixtralShape config;
    private final Precision precision;
    private final String layer;

    /** What the mixture adds, {@code [sequences, length, width]}, and where the tokens went. */
    record Output(Tensor sum, Routing routing) {}

    Mixture(Parameters parameters, Precision precision, int layer) {
        this.parameters = parameters;
        this.config = parameters.config();
        this.precision = precision;
        this.layer = ParameterShapes.layer(layer);
    }

    Output forward(Tensor hidden) {
        Tensor x = Operations.rmsNorm(hidden, weight(ParameterShapes.EXPERT_NORM), config.normEpsilon())
                .view(-1, config.width());
        Tensor logits = torch.linear(x, weight(ParameterShapes.ROUTER));
        T_TensorTensor_T best = logits.topk(config.expertsPerToken(), -1, true, true);
        Tensor weights = best.get0().softmax(-1);
        Groups groups = new Groups(experts(best.get1()), config.experts());
        Tensor outputs =
                experts(precision.factor(x), groups, best.get1()).view(-1, config.expertsPerToken(), config.width());
        Tensor sum = outputs.mul(weights.unsqueeze(-1)).sum(1);
        return new Output(sum.view_as(hidden), new Routing(groups.experts, weights, logits.softmax(-1)));
    }

    /**
     * The experts' outputs by assignment: token by token, choice by choice.
     *
     * @param indices any tensor of indices on the device of {@code x}
     */
    private Tensor experts(Tensor x, Groups groups, Tensor indices) {
        int k = config.expertsPerToken();
        TensorVector outputs = new TensorVector();
        for (int e = 0; e < config.experts(); e++) {
            if (groups.size(e) > 0) {
                outputs.push_back(swiGlu(
                        e, x.index_select(0, Tensor.create(groups.tokens(e, k)).to(indices))));
            }
        }
        return torch.cat(outputs, 0)
                .index_select(0, Tensor.create(groups.placeOfAssignment()).to(indices));
    }

    private Tensor swiGlu(int expert, Tensor x) {
        Tensor gate = torch.silu(precision.linear(x, weight(ParameterShapes.expert(expert, "w1"))));
        Tensor up = precision.linear(x, weight(ParameterShapes.expert(expert, "w3")));
        return precision.linear(gate.mul(up), weight(ParameterShapes.expert(expert, "w2")));
    }

    private static int[] experts(Tensor chosen) {
        LongBuffer indices = chosen.cpu().contiguous().createBuffer();
        int[] experts = new int[indices.remaining()];
        for (int i = 0; i < experts.length; i++) {
            experts[i] = (int) indices.get(i);
        }
        return experts;
    }

    private Tensor weight(String name) {
        return parameters.get(layer + name);
    }

    /** Assignments in the order of their experts, by a counting sort. */
    private static final class Groups {
        /**
         * An expert's rows are filled up to a multiple of it. PyTorch makes machine code for every shape of a product: with rows as
         * they fall it would do so in every step, and does so seldom with few shapes.
         */
        private static final int STEP = 64;

        private final int[] experts;
        private final int[] starts;
        private final int[] sorted;

        Groups(int[] experts, int count) {
            this.experts = experts;
            starts = new int[count + 1];
            for (int expert : experts) {
                starts[expert + 1]++;
            }
            for (int e = 0; e < count; e++) {
                starts[e + 1] += starts[e];
            }
            int[] next = starts.clone();
            sorted = new int[experts.length];
            for (int assignment = 0; assignment < experts.length; assignment++) {
                sorted[next[experts[assignment]]++] = assignment;
            }
        }

        int size(int expert) {
            return starts[expert + 1] - starts[expert];
        }

        /** The tokens that an expert gets, and the first token in the rows that fill it up. */
        long[] tokens(int expert, int k) {
            long[] tokens = new long[padded(size(expert))];
            for (int i = 0; i < size(expert); i++) {
                tokens[i] = sorted[starts[expert] + i] / k;
            }
            return tokens;
        }

        /** The row of each assignment among the rows of all experts. */
        long[] placeOfAssignment() {
            long[] places = new long[sorted.length];
            long first = 0;
            for (int expert = 0; expert + 1 < starts.length; expert++) {
                for (int i = 0; i < size(expert); i++) {
                    places[sorted[starts[expert] + i]] = first + i;
                }
                first += padded(size(expert));
            }
            return places;
        }

        private static int padded(int size) {
            return (size + STEP - 1) / STEP * STEP;
        }
    }
}
