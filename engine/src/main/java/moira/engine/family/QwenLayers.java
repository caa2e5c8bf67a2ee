package moira.engine.family;

import java.util.List;

/** Which layers of a Qwen mixture route: every so many, but for those that are named. */
final class QwenLayers {
    private QwenLayers() {}

    /** Whether a layer does. */
    static boolean routes(Keys keys, int layer) {
        Settings settings = keys.settings();
        int step = settings.positive("decoder_sparse_step", 1);
        Object dense = settings.get("mlp_only_layers");
        if (dense != null && !(dense instanceof List<?>)) {
            throw settings.unexpected("mlp_only_layers", "a list of layers");
        }
        boolean named = dense instanceof List<?> list
                && list.stream().anyMatch(one -> one instanceof Number number && number.longValue() == layer);
        return keys.routes(layer, !named && (layer + 1) % step == 0);
    }
}
