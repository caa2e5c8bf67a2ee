package moira.routing.corpus;

import moira.engine.MoiraException;

/** Takes the documents of a {@link Corpus} in their order. */
public interface DocumentSink {
    void document(Document document);

    /** Whether more documents of a domain are wanted; where not, their files are not even opened. */
    default boolean wants(String domain) {
        return true;
    }

    /**
     * A line or file that is no document. The default stops the reading; returning goes on with the next one.
     *
     * @param domain what the file's name or folder says, since the line itself says nothing
     */
    default void unreadable(String domain, MoiraException problem) {
        throw problem;
    }
}
