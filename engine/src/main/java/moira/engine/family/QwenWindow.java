package moira.engine.family;

/** Sliding windows of Qwen models: off unless switched on, and then in the upper layers alone. */
final class QwenWindow {
    private QwenWindow() {}

    /** The window of a layer; 0 for none. */
    static int of(Keys keys, int layer) {
        Settings settings = keys.settings();
        int window = keys.natural(Key.WINDOW);
        settings.get("layer_types");
        boolean slides = settings.truth("use_sliding_window", false);
        return slides && layer >= settings.natural("max_window_layers") ? window : 0;
    }
}
