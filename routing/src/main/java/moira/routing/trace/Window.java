package moira.routing.trace;

/**
 * A stretch of a text that is run as a sequence of its own; a row of {@code documents}.
 *
 * @param document its number in the trace, from 0
 * @param source the same for all windows of one text
 * @param window its number within the text, from 0
 * @param tokens ids, special ones included
 * @param specials how many of the first tokens the tokenizer added (BOS)
 */
// The array is not copied: a plan holds every token of the corpus once.
@SuppressWarnings("ArrayRecordComponent")
public record Window(int document, String domain, String source, int window, int[] tokens, int specials) {
    public int textTokens() {
        return tokens.length - specials;
    }
}
