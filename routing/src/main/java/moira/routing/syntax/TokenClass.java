package moira.routing.syntax;

import java.util.Locale;
import java.util.Set;

/**
 * The class of a token, by its piece alone: a class that looked at the neighbours would know what the token does not. A piece of several
 * kinds of characters belongs where its first one does, spaces before it aside.
 */
public enum TokenClass {
    WHITESPACE_INDENTATION,
    LINE_BREAK,
    DIGIT,
    PUNCTUATION,
    BRACKET,
    OPERATOR,
    LATEX_COMMAND,
    KEYWORD,
    CAPITALISED_WORD,
    WORD_START,
    WORD_CONTINUATION,
    BYTE_FALLBACK,
    OTHER;

    private static final String BRACKETS = "()[]{}";
    private static final String OPERATORS = "+*/=<>&|^~%@";

    /** Of common programming languages; without those that are everyday words (for, if, in, and, while, new, case). */
    private static final Set<String> KEYWORDS =
            Set.of(("async await bool boolean catch char class const continue def default del elif elsif else "
                            + "endif enum except export extends extern False false float fn func function "
                            + "ifdef ifndef impl implements import include inline instanceof int interface lambda let namespace "
                            + "nil None null nullptr override package private protected pub public return self sizeof static "
                            + "str string struct switch template this throw throws True true try typedef typename union "
                            + "unsigned var virtual void yield")
                    .split(" "));

    /** The class of any piece, also the empty one. */
    public static TokenClass of(String piece) {
        String text = PieceText.of(piece);
        String word = text.strip();
        if (word.isEmpty()) {
            return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 ? LINE_BREAK : WHITESPACE_INDENTATION;
        }
        if (PieceText.isByte(piece) && word.charAt(0) == '\uFFFD') {
            return BYTE_FALLBACK;
        }
        int first = word.codePointAt(0);
        return Character.isLetter(first) ? word(word, first, text.length() > word.length()) : sign(word, first);
    }

    private static TokenClass word(String word, int first, boolean start) {
        if (KEYWORDS.contains(word)) {
            return KEYWORD;
        }
        if (Character.isUpperCase(first) || Character.isTitleCase(first)) {
            return CAPITALISED_WORD;
        }
        if (!Character.isLowerCase(first)) {
            return OTHER;
        }
        return start ? WORD_START : WORD_CONTINUATION;
    }

    private static TokenClass sign(String word, int first) {
        if (Character.isDigit(first)) {
            return DIGIT;
        }
        if (BRACKETS.indexOf(first) >= 0) {
            return BRACKET;
        }
        if (first == '\\') {
            return LATEX_COMMAND;
        }
        boolean compound = word.length() > 1 && (first == '-' || (first == '!' && word.charAt(1) == '='));
        if (compound || OPERATORS.indexOf(first) >= 0 || Character.getType(first) == Character.MATH_SYMBOL) {
            return OPERATOR;
        }
        return isPunctuation(first) ? PUNCTUATION : OTHER;
    }

    private static boolean isPunctuation(int sign) {
        return switch (Character.getType(sign)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION,
                    Character.CURRENCY_SYMBOL -> true;
            default -> sign == '`';
        };
    }

    /** As the tables call it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
