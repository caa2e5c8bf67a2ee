package moira.train.run;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import moira.engine.MoiraException;
import moira.train.decoder.MixtralShape;
import moira.train.decoder.Precision;

/**
 * How a model is trained.
 *
 * @param batch sequences of a step
 * @param length predictions of a sequence
 * @param learningRate the highest
 * @param warmup steps until it is reached
 * @param weightDecay of matrices
 * @param clip the largest joint norm of the gradients
 * @param balance the coefficient of the load-balancing loss
 * @param tokens the budget in tokens; 0 for none
 * @param minutes the budget in minutes; 0 for none
 * @param seed of the first weights and the order of the texts
 * @param precision of products of matrices
 */
public record Recipe(
        int batch,
        int length,
        double learningRate,
        int warmup,
        double weightDecay,
        double clip,
        double balance,
        long tokens,
        double minutes,
        long seed,
        Precision precision) {

    public Recipe {
        check("batch", batch >= 1 && batch <= 65_536, "1 to 65536", batch);
        check("context", length >= 1 && length <= 65_536, "1 to 65536", length);
        check("learning rate", learningRate > 0 && learningRate <= 1, "above 0, at most 1", learningRate);
        check("warm-up", warmup >= 0, "at least 0 steps", warmup);
        check("weight decay", weightDecay >= 0 && weightDecay <= 1, "0 to 1", weightDecay);
        check("clip", clip > 0, "above 0", clip);
        check("balance", balance >= 0 && balance <= 100, "0 to 100", balance);
        check("tokens", tokens >= 0, "at least 0", tokens);
        check("minutes", minutes >= 0, "at least 0", minutes);
        check("budget", tokens > 0 || minutes > 0, "--tokens or --minutes", "neither");
    }

    private static void check(String what, boolean holds, String expected, Object found) {
        if (!holds) {
            throw MoiraException.expected(what, expected, found);
        }
    }

    /** The share of the budget that is spent: of the one that is nearer to its end. */
    double spent(long tokensDone, double seconds) {
        double ofTokens = tokens == 0 ? 0 : (double) tokensDone / tokens;
        double ofTime = minutes == 0 ? 0 : seconds / (60 * minutes);
        return Math.max(ofTokens, ofTime);
    }

    /** All that must be the same for a run to go on; the budget may be another. */
    Map<String, String> identity(MixtralShape config) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("vocabulary", config.vocabulary());
        all.put("width", config.width());
        all.put("layers", config.layers());
        all.put("heads", config.heads());
        all.put("kv-heads", config.kvHeads());
        all.put("expert-width", config.expertWidth());
        all.put("experts", config.experts());
        all.put("top-k", config.expertsPerToken());
        all.put("batch", batch);
        all.put("context", length);
        all.put("learning-rate", learningRate);
        all.put("warmup", warmup);
        all.put("weight-decay", weightDecay);
        all.put("clip", clip);
        all.put("balance", balance);
        all.put("seed", seed);
        all.put("precision", precision.name().toLowerCase(Locale.ROOT));
        Map<String, String> texts = new LinkedHashMap<>();
        all.forEach((key, value) -> texts.put(key, value.toString()));
        return texts;
    }
}
