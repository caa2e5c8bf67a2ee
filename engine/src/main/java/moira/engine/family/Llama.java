package moira.engine.family;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.Pairing;

/** Llama 2 and 3 (arXiv 2407.21783) and Mistral (arXiv 2310.06825): dense models of the parts that Mixtral is made of. */
final class Llama implements Family {
    @Override
    public String name() {
        return "llama";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("llama", "mistral");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("llama");
    }

    @Override
    public boolean reads(GgufKeys keys) {
        return keys.natural(Key.EXPERTS) == 0;
    }

    @Override
    public Pairing ggufPairing() {
        return Pairing.INTERLEAVED;
    }

    @Override
    public Architecture architecture(Keys keys) {
        keys.settings().allowOnly("attention_bias", false);
        keys.settings().allowOnly("mlp_bias", false);
        keys.letBe(Key.EXPERTS, Key.EXPERTS_PER_TOKEN);
        GroupedQuerySpec attention = keys.groupedQuery(this, 1e4f).withWindow(keys.natural(Key.WINDOW));
        return keys.architecture(this, keys.norm(1e-6f), attention, keys.dense());
    }
}
