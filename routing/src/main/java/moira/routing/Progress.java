package moira.routing;

import moira.engine.MoiraException;

/** Told how far a long work has come, so that somebody can draw a bar. Called from one thread. */
public interface Progress {
    /** Nobody watches. */
    Progress NONE = new Progress() {
        @Override
        public void skipped(MoiraException problem) {}

        @Override
        public void started(long tokens, long done) {}

        @Override
        public void advanced(long tokens) {}
    };

    /** A line or file of the corpus is no document, and is left out; the message names it. */
    void skipped(MoiraException problem);

    /** The work begins: how many tokens it has, and how many of them an earlier run has done. */
    void started(long tokens, long done);

    /** This many more tokens are done. */
    void advanced(long tokens);
}
