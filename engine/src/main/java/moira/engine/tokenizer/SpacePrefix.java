package moira.engine.tokenizer;

/** Whether a text gets a space in front, so that its first word is spelled like every other word. */
enum SpacePrefix {
    ALWAYS,
    /** Unless the text starts with a space already: the Metaspace of Hugging Face. */
    UNLESS_PRESENT,
    /** The same, but only where a text begins, and not behind an added token. */
    FIRST_UNLESS_PRESENT,
    NEVER;

    /** How pieces spell a space: U+2581, lower one eighth block. */
    static final char SPACE = '▁';

    private boolean prefixes(char begin, boolean first) {
        boolean present = begin == ' ' || begin == SPACE;
        return switch (this) {
            case ALWAYS -> true;
            case UNLESS_PRESENT -> !present;
            case FIRST_UNLESS_PRESENT -> first && !present;
            case NEVER -> false;
        };
    }

    /**
     * A text as pieces spell it: spaces as {@link #SPACE}, with the prefix. An unpaired surrogate, which is no character and
     * has no UTF-8, becomes U+FFFD.
     *
     * @param text not empty
     * @param first whether nothing stands before it
     */
    String escape(String text, boolean first) {
        StringBuilder escaped = new StringBuilder(text.length() + 1);
        if (prefixes(text.charAt(0), first)) {
            escaped.append(SPACE);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                escaped.append(c == ' ' ? SPACE : c);
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                escaped.append(c).append(text.charAt(++i));
            } else {
                escaped.append('\uFFFD');
            }
        }
        return escaped.toString();
    }
}
