package moira.engine.architecture;

/**
 * Numbers that a whole stream is multiplied with.
 *
 * @param embedding of what goes into the first layer
 * @param residual of what a layer adds
 * @param logits they are divided by
 */
public record Scales(float embedding, float residual, float logits) {
    public static final Scales NONE = new Scales(1, 1, 1);
}
