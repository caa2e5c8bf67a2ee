package moira.routing.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import moira.engine.Model;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.MixtureSpec;
import moira.engine.io.Sha256;
import moira.engine.tokenizer.Tokenizer;

/**
 * What a model's mixtures are made of, and all that decides a token or a route beside the weights, as {@code trace.json} has it from
 * format version 2 on. What is not known is null, and all of it in version 1.
 *
 * @param routedLayers the layers of the model that route, ascending; the others are dense
 * @param score how a router's logits become weights: {@code softmax} over all experts, {@code sigmoid} of each, {@code
 *     softmax_of_chosen}, or {@code sparsemixer}
 * @param sharedExperts of a layer, which every token goes to
 * @param expertBytes of one expert as it is stored, by layer
 * @param tokenizerFingerprint of every piece, and of what begins and ends a sequence
 * @param arithmeticFingerprint of the decoder's dimensions and constants (rotary base, epsilon, window), and of its arithmetic
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Mixture(
        List<Integer> routedLayers,
        String score,
        Integer sharedExperts,
        Map<Integer, Long> expertBytes,
        String tokenizerFingerprint,
        String arithmeticFingerprint) {
    /** Of a trace that does not say. */
    public static final Mixture UNKNOWN = new Mixture(null, null, null, null, null, null);

    /** What a model says of itself: the one place that these come from. */
    static Mixture of(Model model) {
        Architecture architecture = model.architecture();
        // How many tokens come together changes what bfloat16 makes of them, and nothing else.
        String arithmetic = model.arithmetic().toString();
        String together = arithmetic.startsWith("bfloat16") ? ", " + model.batch() + " together" : "";
        return new Mixture(
                architecture.routedLayers(),
                architecture
                        .mixture()
                        .map(mixture -> mixture.router().score().toString())
                        .orElse(null),
                architecture
                        .mixture()
                        .flatMap(MixtureSpec::shared)
                        .map(MixtureSpec.Shared::count)
                        .orElse(0),
                model.expertBytes(),
                fingerprint(model.tokenizer()),
                sha256(architecture + ", " + arithmetic + together));
    }

    private static String fingerprint(Tokenizer tokenizer) {
        StringBuilder all = new StringBuilder();
        for (int id = 0; id < tokenizer.size(); id++) {
            String piece = tokenizer.piece(id);
            all.append(piece.length())
                    .append(tokenizer.isSpecial(id) ? '!' : ':')
                    .append(piece);
        }
        all.append(tokenizer.bos()).append(tokenizer.addsBos() ? '+' : '-').append(tokenizer.eos());
        return sha256(all.toString());
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(Sha256.begin().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
