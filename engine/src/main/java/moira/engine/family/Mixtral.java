package moira.engine.family;

import static moira.engine.family.Place.each;
import static moira.engine.family.Place.half;
import static moira.engine.family.Place.merged;
import static moira.engine.family.Place.named;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** Mixtral 8x7B and 8x22B (arXiv 2401.04088), and mixtures merged of Llama-like models. */
final class Mixtral implements Family {
    @Override
    public String name() {
        return "mixtral";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("mixtral");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("llama");
    }

    /** llama.cpp calls dense models the same. */
    @Override
    public boolean reads(GgufKeys keys) {
        return keys.natural(Key.EXPERTS) > 0;
    }

    @Override
    public Pairing ggufPairing() {
        return Pairing.INTERLEAVED;
    }

    @Override
    public Architecture architecture(Keys keys) {
        NormSpec norm = keys.norm();
        GroupedQuerySpec attention = keys.groupedQuery(this, 1e6f).withWindow(keys.natural(Key.WINDOW));
        return keys.architecture(this, norm, attention, keys.mixture(RouterSpec.of(Score.SOFTMAX_OF_CHOSEN, true)));
    }

    @Override
    public WeightNames huggingFaceNames() {
        String experts = "block_sparse_moe.experts.%d.";
        String gateUp = "mlp.experts.gate_up_proj";
        return Names.HUGGING_FACE
                .with(Part.ROUTER, named("block_sparse_moe.gate.weight"), named("mlp.gate.weight"))
                .with(Part.EXPERT_GATE, each(experts + "w1.weight"), half(gateUp, false))
                .with(Part.EXPERT_UP, each(experts + "w3.weight"), half(gateUp, true))
                .with(Part.EXPERT_DOWN, each(experts + "w2.weight"), merged("mlp.experts.down_proj"));
    }
}
