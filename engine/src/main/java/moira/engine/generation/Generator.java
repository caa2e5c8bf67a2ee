package moira.engine.generation;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.tokenizer.StreamingDecoder;
import moira.engine.tokenizer.Tokenizer;

/** Continues a text: prompt tokens, then token after token until a token that ends it, a stop string, enough, or the end of the context. */
public final class Generator {
    private final Tokenizer tokenizer;
    private final Session session;
    private final Set<Integer> ends;

    /**
     * What was done.
     *
     * @param promptNanos from the call to the first new token
     * @param generateNanos from there to the end
     */
    public record Result(Continuation.End end, int promptTokens, int newTokens, long promptNanos, long generateNanos) {}

    /** A text ends with the tokenizer's EOS. */
    public Generator(Tokenizer tokenizer, Session session) {
        this(tokenizer, Set.of(tokenizer.eos()), session);
    }

    /** @param ends the ids that end a text */
    public Generator(Tokenizer tokenizer, Set<Integer> ends, Session session) {
        this.tokenizer = tokenizer;
        this.session = session;
        this.ends = Set.copyOf(ends);
    }

    /**
     * Goes on with the text of the prompt, in the middle of a line if need be.
     *
     * @param prompt the next tokens of the session's sequence, at least one
     * @throws MoiraException if the prompt does not fit the model's context
     * @param out takes the text as it comes, whole characters only
     */
    public Result continueText(
            int[] prompt, int maxTokens, SamplingOptions options, List<String> stops, Consumer<String> out) {
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        for (int token : prompt) {
            // What follows is no beginning of a text, so that a space before its first word stays.
            decoder.next(token);
        }
        return generate(decoder, prompt, maxTokens, options, stops, out);
    }

    /** The same, for a text of its own: the answer to a message. */
    public Result answer(
            int[] prompt, int maxTokens, SamplingOptions options, List<String> stops, Consumer<String> out) {
        return generate(tokenizer.streamingDecoder(), prompt, maxTokens, options, stops, out);
    }

    /** The last token drawn is not fed: EOS or not, the next prompt follows it. */
    private Result generate(
            StreamingDecoder decoder,
            int[] prompt,
            int maxTokens,
            SamplingOptions options,
            List<String> stops,
            Consumer<String> out) {
        int room = session.context() - session.position() - prompt.length;
        if (room < 0) {
            throw MoiraException.expected(
                    "prompt",
                    "at most the " + (prompt.length + room) + " tokens that the model's context of " + session.context()
                            + " has left",
                    prompt.length);
        }
        int most = Math.min(maxTokens, room);
        Continuation text = new Continuation(tokenizer, ends, new Sampler(options), new StopStrings(stops), decoder);
        text.begin(prompt, most, most < maxTokens ? Continuation.End.CONTEXT : Continuation.End.MAX_TOKENS);
        long started = System.nanoTime();
        float[] logits = session.logits(prompt);
        long prompted = System.nanoTime();
        while (!text.hasEnded()) {
            int token = text.next(logits);
            out.accept(text.takeText());
            if (!text.hasEnded()) {
                logits = session.logits(token);
            }
        }
        return new Result(text.end(), prompt.length, text.drawn(), prompted - started, System.nanoTime() - prompted);
    }
}
