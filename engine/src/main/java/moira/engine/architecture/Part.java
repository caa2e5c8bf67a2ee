package moira.engine.architecture;

import java.util.Locale;

/** A weight by what it does. Those after {@link #OUTPUT_BIAS} are in a layer. */
public enum Part {
    EMBEDDING,
    OUTPUT_NORM,
    OUTPUT_NORM_BIAS,
    OUTPUT,
    OUTPUT_BIAS,

    ATTENTION_NORM,
    ATTENTION_NORM_BIAS,
    QUERY,
    QUERY_BIAS,
    KEY,
    KEY_BIAS,
    VALUE,
    VALUE_BIAS,
    QUERY_NORM,
    KEY_NORM,
    /** A logit a head. */
    SINKS,
    /** To the compressed query. */
    QUERY_DOWN,
    QUERY_DOWN_NORM,
    /** From the compressed query to all heads. */
    QUERY_UP,
    /** To the latent vector, and to the rotated key behind it. */
    LATENT_DOWN,
    LATENT_NORM,
    /** Of each head: from the content of a query to what asks the latents. */
    LATENT_KEY,
    /** Of each head: from a latent vector to a value. */
    LATENT_VALUE,
    ATTENTION_OUTPUT,
    ATTENTION_OUTPUT_BIAS,

    FEED_FORWARD_NORM,
    FEED_FORWARD_NORM_BIAS,
    GATE,
    UP,
    DOWN,
    /** W_g of the Mixtral paper. */
    ROUTER,
    ROUTER_BIAS,
    /** What is added to scores for the choice alone. */
    ROUTER_CORRECTION,
    EXPERT_GATE,
    EXPERT_GATE_BIAS,
    EXPERT_UP,
    EXPERT_UP_BIAS,
    EXPERT_DOWN,
    EXPERT_DOWN_BIAS,
    SHARED_GATE,
    SHARED_UP,
    SHARED_DOWN,
    /** How much of the shared experts a token takes. */
    SHARED_WEIGHT;

    /** Whether its rows are heads that a rotary embedding turns. */
    public boolean isTurned() {
        return this == QUERY || this == KEY || this == QUERY_BIAS || this == KEY_BIAS;
    }

    /** Whether there is one in each layer, rather than one of the model. */
    public boolean isOfLayer() {
        return compareTo(OUTPUT_BIAS) > 0;
    }

    /** Whether tokens are multiplied with it. */
    public boolean isMatrix() {
        return switch (this) {
            case OUTPUT, QUERY, KEY, VALUE, QUERY_DOWN, QUERY_UP, LATENT_DOWN, LATENT_KEY, LATENT_VALUE -> true;
            case ATTENTION_OUTPUT, GATE, UP, DOWN, ROUTER, SHARED_GATE, SHARED_UP, SHARED_DOWN, SHARED_WEIGHT -> true;
            case EXPERT_GATE, EXPERT_UP, EXPERT_DOWN -> true;
            default -> false;
        };
    }

    /** For people. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
