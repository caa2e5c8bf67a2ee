package moira.engine.tokenizer;

/** Which characters of a text may spell special tokens: those that a chat template wrote, and not what a user said. */
@FunctionalInterface
public interface Trust {
    /** All of the text is a user's words. */
    Trust NOBODY = (from, to) -> false;

    /** Special tokens are meant wherever they stand. */
    Trust EVERYBODY = (from, to) -> true;

    /** Whether a special token that stands at characters {@code [from, to)} is meant as one. */
    boolean isTrusted(int from, int to);

    /** Whether an added token that is not special, and so may stand in anybody's text, is to be treated as if it were. */
    default boolean reserves(String token) {
        return false;
    }

    /**
     * Of a stretch that a normaliser may have changed.
     *
     * @param to behind its last character, as it was
     * @param changed whether its characters have moved: then it is trusted as a whole or not at all
     */
    default Trust within(int from, int to, boolean changed) {
        boolean whole = isTrusted(from, to);
        Trust outer = this;
        return new Trust() {
            @Override
            public boolean isTrusted(int first, int last) {
                return changed ? whole : outer.isTrusted(from + first, from + last);
            }

            @Override
            public boolean reserves(String token) {
                return outer.reserves(token);
            }
        };
    }
}
