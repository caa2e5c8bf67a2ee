package moira.engine.architecture;

/** What a layer does after its attention: one gated unit for all tokens, or a mixture of them. */
public sealed interface FeedForwardSpec permits DenseSpec, MixtureSpec {}
