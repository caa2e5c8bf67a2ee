package moira.engine.family;

import static moira.engine.family.Place.half;
import static moira.engine.family.Place.halfOfOne;
import static moira.engine.family.Place.merged;
import static moira.engine.family.Place.named;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;
import moira.engine.architecture.Scales;

/** Granite 3 mixtures, with or without a shared expert: four scales, tied embeddings. */
final class GraniteMoe implements Family {
    @Override
    public String name() {
        return "granite-moe";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("granitemoe", "granitemoeshared");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("granitemoe");
    }

    @Override
    public Pairing ggufPairing() {
        return Pairing.INTERLEAVED;
    }

    @Override
    public Architecture architecture(Keys keys) {
        keys.settings().allowOnly("attention_bias", false);
        NormSpec norm = keys.norm(1e-6f);
        GroupedQuerySpec plain = keys.groupedQuery(this, 1e4f);
        GroupedQuerySpec attention = plain.withScale(keys.positiveFloat(Key.ATTENTION_SCALE, plain.scale()));
        // Softmax over all and a renormalisation are the softmax over the chosen.
        MixtureSpec routed = keys.mixture(RouterSpec.of(Score.SOFTMAX_OF_CHOSEN, true));
        keys.letBe(Key.RENORMALISED, Key.WEIGHT_SCALE, Key.SHARED_EXPERTS);
        int shared = keys.natural(Key.SHARED_WIDTH);
        return keys.architecture(this, norm, attention, shared == 0 ? routed : routed.withShared(1, shared, false))
                .withScales(new Scales(
                        keys.positiveFloat(Key.EMBEDDING_SCALE, 1),
                        keys.positiveFloat(Key.RESIDUAL_SCALE, 1),
                        keys.positiveFloat(Key.LOGIT_SCALE, 1)));
    }

    @Override
    public WeightNames huggingFaceNames() {
        String experts = "block_sparse_moe.input_linear.weight";
        String shared = "shared_mlp.input_linear.weight";
        return Names.HUGGING_FACE
                .with(Part.ROUTER, named("block_sparse_moe.router.layer.weight"))
                .with(Part.EXPERT_GATE, half(experts, false))
                .with(Part.EXPERT_UP, half(experts, true))
                .with(Part.EXPERT_DOWN, merged("block_sparse_moe.output_linear.weight"))
                .with(Part.SHARED_GATE, halfOfOne(shared, false))
                .with(Part.SHARED_UP, halfOfOne(shared, true))
                .with(Part.SHARED_DOWN, named("shared_mlp.output_linear.weight"));
    }
}
