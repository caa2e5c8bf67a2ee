package moira.engine.jinja;

/** What has a value. */
interface Expression {
    Object value(Run run, Scope scope);
}
