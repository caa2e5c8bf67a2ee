package moira.routing.foreign;

/**
 * A document of the source.
 *
 * @param tokens how many; -1 where only its rows tell
 * @param answer the position where an answer begins; -1 where there is none, or where that is not known
 */
record SourceDocument(String domain, String source, int tokens, int answer) {
    SourceDocument(String domain, String source, int tokens) {
        this(domain, source, tokens, -1);
    }
}
