package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens that are found in a text as they stand, before it is cut into words: leftmost first, then longest.
 *
 * @param tokens those that a user's text may contain
 */
record AddedTokens(List<Token> tokens) {
    AddedTokens {
        tokens = List.copyOf(tokens);
    }

    /**
     * One of them.
     *
     * @param takesSpaceBefore whether white space before it belongs to it
     * @param takesSpaceAfter whether white space behind it does
     * @param standsAlone whether it is none where a letter or a digit touches it
     */
    record Token(String text, int id, boolean takesSpaceBefore, boolean takesSpaceAfter, boolean standsAlone) {}

    /** Where a token stands, with the spaces that belong to it. */
    record Found(int from, int to, int id) {}

    /** All that stand in a text, in order. */
    List<Found> in(String text) {
        List<Found> all = new ArrayList<>();
        int end = 0;
        for (int i = 0; i < text.length(); ) {
            Token token = at(text, i);
            if (token == null) {
                i++;
                continue;
            }
            int to = i + token.text.length();
            if (token.standsAlone && (touches(text, i - 1) || touches(text, to))) {
                i = to;
                continue;
            }
            int from = token.takesSpaceBefore ? before(text, end, i) : i;
            to = token.takesSpaceAfter ? behind(text, to) : to;
            all.add(new Found(from, to, token.id));
            end = to;
            i = to;
        }
        return all;
    }

    private Token at(String text, int offset) {
        Token longest = null;
        for (Token token : tokens) {
            if (text.startsWith(token.text, offset)
                    && (longest == null || token.text.length() > longest.text.length())) {
                longest = token;
            }
        }
        return longest;
    }

    private static boolean touches(String text, int at) {
        return at >= 0 && at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
    }

    private static int before(String text, int end, int from) {
        int at = from;
        while (at > end && isSpace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int behind(String text, int to) {
        int at = to;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
