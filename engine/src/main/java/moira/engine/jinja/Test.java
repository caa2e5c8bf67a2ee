package moira.engine.jinja;

/** What stands behind {@code is}. */
interface Test {
    boolean holds(Run run, Object value, Arguments arguments);
}
