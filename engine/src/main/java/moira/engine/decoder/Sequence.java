package moira.engine.decoder;

import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.matrix.Rows;

/** What one sequence of tokens has left behind in a decoder: keys and values of every layer, and its length. */
public final class Sequence {
    private final DecoderConfig config;
    private final List<KvCache> caches = new ArrayList<>();
    private Activations activations;
    private int position;

    public Sequence(DecoderConfig config) {
        this.config = config;
        for (int l = 0; l < config.layers(); l++) {
            caches.add(new KvCache(config));
        }
    }

    /** The tokens taken so far: the position of the next one. */
    public int position() {
        return position;
    }

    /** Forgets the tokens from {@code position} on; keeps the memory. */
    public void rewind(int position) {
        if (position < 0 || position > this.position) {
            throw new IllegalArgumentException("position: expected 0 to " + this.position + ", found " + position);
        }
        this.position = position;
    }

    /**
     * The positions of {@code tokens} more are numbers that a cache and the scores of a token can have.
     *
     * @throws MoiraException if not
     */
    void requireRoom(int tokens) {
        int most = Math.min(KvCache.MOST_POSITIONS, DecoderConfig.LARGEST / (config.heads() / config.kvHeads()));
        if (tokens > most - position) {
            throw MoiraException.expected("sequence", "at most " + most + " tokens", (long) position + tokens);
        }
    }

    void advance(int tokens) {
        position += tokens;
    }

    KvCache cache(int layer) {
        return caches.get(layer);
    }

    /** Room for a batch; the same as last time unless it was smaller. */
    Activations activations(int tokens, Rows.Formats formats) {
        if (activations == null || activations.tokens() < tokens) {
            activations = new Activations(config, tokens, formats);
        }
        return activations;
    }
}
