package moira.engine.jinja;

/** A value whose parts have names. */
interface Attributes {
    /** One of them, or {@link Undefined}. */
    Object attribute(String name);
}
