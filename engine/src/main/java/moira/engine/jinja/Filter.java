package moira.engine.jinja;

/** What stands behind a {@code |}. */
interface Filter {
    Object apply(Run run, Object value, Arguments arguments);
}
