package moira.engine.family;

import static moira.engine.family.Place.each;
import static moira.engine.family.Place.half;
import static moira.engine.family.Place.merged;
import static moira.engine.family.Place.named;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Part;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** Phi-3.5-MoE (arXiv 2404.14219): SparseMixer routing, layer norms, LongRoPE. */
final class Phi35Moe implements Family {
    @Override
    public String name() {
        return "phi-3.5-moe";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("phimoe");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("phimoe");
    }

    @Override
    public Architecture architecture(Keys keys) {
        // llama.cpp norms by the root of the mean square and routes by a plain softmax; the model is what its authors
        // say.
        NormSpec norm = NormSpec.layer(keys.epsilon());
        keys.letBe(Key.NORM_EPSILON);
        boolean biased = keys.settings().truth("attention_bias", true);
        int window = keys.natural(Key.WINDOW);
        GroupedQuerySpec attention = keys.groupedQuery(this, 1e4f)
                .withBiases(biased, biased)
                .withWindow(window >= keys.context() ? 0 : window);
        Architecture architecture =
                keys.architecture(this, norm, attention, keys.mixture(RouterSpec.of(Score.SPARSEMIXER, false)));
        return keys.settings().truth("lm_head_bias", true) ? architecture.withOutputBias() : architecture;
    }

    @Override
    public WeightNames huggingFaceNames() {
        String experts = "block_sparse_moe.experts.%d.";
        String gateUp = "mlp.experts.gate_up_proj";
        return Names.HUGGING_FACE
                .with(Part.ROUTER, named("block_sparse_moe.gate.weight"), named("mlp.router.weight"))
                .with(Part.EXPERT_GATE, each(experts + "w1.weight"), half(gateUp, false))
                .with(Part.EXPERT_UP, each(experts + "w3.weight"), half(gateUp, true))
                .with(Part.EXPERT_DOWN, each(experts + "w2.weight"), merged("mlp.experts.down_proj"));
    }

    /** llama.cpp asks for the epsilon of another norm. */
    @Override
    public void describe(Architecture architecture, GgufDescription gguf) {
        gguf.put(Key.NORM_EPSILON, architecture.outputNorm().epsilon());
    }
}
