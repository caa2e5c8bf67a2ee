package moira.engine.jinja;

/** What writes, or sets, or decides. */
interface Statement {
    /** How a loop goes on. */
    enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    Flow render(Run run, Scope scope, Text.Builder out);
}
