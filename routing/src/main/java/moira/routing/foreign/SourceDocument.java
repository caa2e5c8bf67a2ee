package moira.routing.foreign;

/**
 * A document of the source.
 *
 * @param tokens how many; -1 where only its rows tell
 */
record SourceDocument(String domain, String source, int tokens) {}
