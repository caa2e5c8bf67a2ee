package moira.engine.jinja;

/**
 * A piece of a template's source.
 *
 * @param text as written; of a {@link Kind#STRING} what it stands for
 * @param value of a number
 */
record Token(Kind kind, String text, Object value, int line) {
    enum Kind {
        /** What is copied as it stands. */
        DATA,
        VARIABLE_BEGIN,
        VARIABLE_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        NUMBER,
        OPERATOR,
        END
    }

    boolean is(Kind other, String word) {
        return kind == other && text.equals(word);
    }

    /** For errors. */
    @Override
    public String toString() {
        return kind == Kind.END ? "the end of the template" : "'" + text + "'";
    }
}
