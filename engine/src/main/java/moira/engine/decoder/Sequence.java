package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.LayerSpec;

/** What one sequence of tokens has left behind in a decoder: keys and values of every layer, and its length. */
public final class Sequence implements AutoCloseable {
    private final List<KvCache> caches = new ArrayList<>();
    private final boolean beyond;
    private final Arena memory;
    private Pass pass;
    private int position;
    private int coldTokens;

    /**
     * Keys and values are kept in 16 bits where activations are in 8 ({@link KvCache}).
     *
     * @param coldTokens how many tokens are for kernels that need no compiling
     * @param length how many tokens it will have at most, as far as its beginner knows
     * @param memory of keys and values: one that the garbage collector frees, or one that {@link #close} does
     */
    Sequence(Architecture architecture, Arithmetic arithmetic, int coldTokens, int length, Arena memory) {
        this.coldTokens = coldTokens;
        this.memory = memory;
        beyond = Rotary.isBeyond(architecture.attention().rotary(), length);
        for (LayerSpec layer : architecture.layers()) {
            caches.add(new KvCache(layer.attention(), arithmetic, length, memory));
        }
    }

    /** Bytes that its keys and values take. */
    public long bytes() {
        long bytes = 0;
        for (KvCache cache : caches) {
            bytes += cache.bytes();
        }
        return bytes;
    }

    /** Frees its keys and values at once, where it was begun as one that ends ({@link Batch#newSequence}). */
    @Override
    public void close() {
        memory.close();
    }

    /** Whether it is to outgrow the context of the model's training before, where the rotary embedding asks for that. */
    boolean isBeyond() {
        return beyond;
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
     * The positions of {@code tokens} more are numbers that a cache can have.
     *
     * @throws MoiraException if not
     */
    void requireRoom(int tokens) {
        int most = KvCache.MOST_POSITIONS;
        if (tokens > most - position) {
            throw MoiraException.expected("sequence", "at most " + most + " tokens", (long) position + tokens);
        }
    }

    void advance(int tokens) {
        position += tokens;
    }

    /** Whether the next {@code tokens} are for kernels that need no compiling; once they are not, none are. */
    boolean takesCold(int tokens) {
        boolean cold = tokens <= coldTokens;
        coldTokens = cold ? coldTokens - tokens : 0;
        return cold;
    }

    KvCache cache(int layer) {
        return caches.get(layer);
    }

    /** What took the last batch, to be used again; null before the first. */
    Pass pass() {
        return pass;
    }

    void keep(Pass pass) {
        this.pass = pass;
    }
}
