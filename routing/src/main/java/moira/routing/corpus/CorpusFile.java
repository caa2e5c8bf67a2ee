package moira.routing.corpus;

/** One file of a corpus. */
sealed interface CorpusFile permits JsonLinesFile, TextFile {
    /** A line or a text longer than this is taken for an accident; a document of this size has some 20 million tokens. */
    int MAX_BYTES = 64 << 20;

    void read(DocumentSink sink);
}
