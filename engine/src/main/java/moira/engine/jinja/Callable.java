package moira.engine.jinja;

/** A function, a macro or a method bound to its value. */
interface Callable {
    Object call(Run run, Arguments arguments);
}
