package moira.engine.tokenizer;

import java.util.List;
import java.util.function.IntConsumer;

/** Cuts a text at its added tokens. */
final class Pieces {
    private Pieces() {}

    /** Takes what stands between added tokens. */
    @FunctionalInterface
    interface Plain {
        /**
         * A text without added tokens, never empty.
         *
         * @param from where in the whole text it begins
         */
        void take(String text, int from);
    }

    static void cut(String text, AddedTokens added, Trust trust, IntConsumer token, Plain plain) {
        int from = 0;
        List<AddedTokens.Found> all = added.in(text, trust);
        for (AddedTokens.Found found : all) {
            if (found.from() > from) {
                plain.take(text.substring(from, found.from()), from);
            }
            token.accept(found.id());
            from = found.to();
        }
        if (from < text.length()) {
            plain.take(text.substring(from), from);
        }
    }
}
