package moira.engine.generation;

import java.util.Arrays;
import java.util.Set;
import moira.engine.tokenizer.StreamingDecoder;
import moira.engine.tokenizer.Tokenizer;

/** A text as it grows, token after token, until a token that ends it, a stop string, or enough. Whoever has the logits drives it. */
public final class Continuation {
    private final Tokenizer tokenizer;
    private final Set<Integer> ends;
    private final Sampler sampler;
    private final StopStrings stops;
    private final StreamingDecoder decoder;
    private final StringBuilder text = new StringBuilder();
    private int most;
    private End atMost;
    private int drawn;
    private End end;

    /** Why a text ended. */
    public enum End {
        EOS,
        STOP_STRING,
        MAX_TOKENS,
        /** The model's context is full. */
        CONTEXT
    }

    /**
     * Nothing so far.
     *
     * @param ends the ids that end a text
     * @param decoder fresh for a text of its own; one that has decoded the prompt goes on with the prompt's text
     */
    public Continuation(
            Tokenizer tokenizer, Set<Integer> ends, Sampler sampler, StopStrings stops, StreamingDecoder decoder) {
        this.tokenizer = tokenizer;
        this.ends = ends;
        this.sampler = sampler;
        this.stops = stops;
        this.decoder = decoder;
    }

    /**
     * What it continues, and how far.
     *
     * @param most tokens that are drawn; for 0 it has ended
     * @param atMost the end that this is
     */
    public void begin(int[] prompt, int most, End atMost) {
        this.most = most;
        this.atMost = atMost;
        sampler.accept(prompt);
        if (most == 0) {
            end(atMost);
        }
    }

    /**
     * Draws the next token. If the text has not ended now, the token is to be fed for the next logits; one that ends it is not.
     *
     * @param logits {@code [vocabulary]}; rows beyond the last id are overwritten: they fill up the matrix, and no text has them
     */
    public int next(float[] logits) {
        Arrays.fill(logits, Math.min(tokenizer.size(), logits.length), logits.length, Float.NEGATIVE_INFINITY);
        int token = sampler.next(logits);
        drawn++;
        if (ends.contains(token)) {
            end(End.EOS);
            return token;
        }
        text.append(stops.accept(decoder.next(token)));
        if (stops.stopped()) {
            end = End.STOP_STRING;
            return token;
        }
        sampler.drew(token);
        if (drawn == most) {
            end(atMost);
        }
        return token;
    }

    private void end(End why) {
        end = why;
        text.append(stops.accept(decoder.finish())).append(stops.finish());
    }

    /** The text that has become clear since the last call: whole characters, nothing that may be the start of a stop string. */
    public String takeText() {
        String taken = text.toString();
        text.setLength(0);
        return taken;
    }

    public boolean hasEnded() {
        return end != null;
    }

    /** Null as long as it goes on. */
    public End end() {
        return end;
    }

    /** How many tokens were drawn, one that ended it included. */
    public int drawn() {
        return drawn;
    }
}
