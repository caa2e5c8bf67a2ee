package moira.engine.synthetic;

import moira.engine.MoiraException;

/**
 * The dimensions of a synthetic model.
 *
 * @param context in tokens
 * @param expertWidth the hidden width of an expert
 */
public record Shape(
        String name,
        int width,
        int layers,
        int heads,
        int kvHeads,
        int headWidth,
        int expertWidth,
        int experts,
        int expertsPerToken,
        int vocabulary,
        int context) {
    private static final int MOST_LAYERS = 1_000;

    /**
     * By the name of a model whose dimensions it has, with another number of layers.
     *
     * @throws MoiraException if there is no such model, or none has so many layers
     */
    public static Shape like(String model, int layers) {
        if (layers < 1 || layers > MOST_LAYERS) {
            throw MoiraException.expected("--layers", "1 to " + MOST_LAYERS, layers);
        }
        return switch (model) {
            case "mixtral-8x7b" -> new Shape(model, 4096, layers, 32, 8, 128, 14_336, 8, 2, 32_000, 32_768);
            case "mixtral-8x22b" -> new Shape(model, 6144, layers, 48, 8, 128, 16_384, 8, 2, 32_768, 65_536);
            // As many active weights as 8x7b, in 64 experts of which 16 are chosen.
            case "mixtral-64" -> new Shape(model, 4096, layers, 32, 8, 128, 1_792, 64, 16, 32_000, 32_768);
            case "small" -> new Shape(model, 512, layers, 8, 2, 64, 1_024, 8, 2, 32_000, 4_096);
            default ->
                throw MoiraException.expected("--like", "mixtral-8x7b, mixtral-8x22b, mixtral-64 or small", model);
        };
    }
}
