package moira.engine.jinja;

/**
 * What a name or a key stands for that has no value: false, empty and without text; all else that is done with it is an error.
 *
 * @param reason the error
 */
record Undefined(String reason) {
    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    /** There is one kind of it: all are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
