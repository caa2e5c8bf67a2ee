package moira.routing;

/** Told how far a long work has come, so that somebody can draw a bar. Called from one thread. */
public interface Progress {
    /** Nobody watches. */
    Progress NONE = new Progress() {
        @Override
        public void started(long tokens) {}

        @Override
        public void advanced(long tokens) {}
    };

    /** The work begins; it is this many tokens long. */
    void started(long tokens);

    /** This many more tokens are done, or were found done by an earlier run. */
    void advanced(long tokens);
}
