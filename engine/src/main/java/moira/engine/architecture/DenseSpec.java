package moira.engine.architecture;

/**
 * One gated unit that every token goes through.
 *
 * @param width of its hidden layer
 */
public record DenseSpec(int width, Activation activation) implements FeedForwardSpec {}
