package moira.routing.corpus;

/**
 * One text.
 *
 * @param domain the label that groups documents
 * @param source where the text comes from; documents of one source are resampled together
 */
public record Document(String domain, String source, String text) {}
