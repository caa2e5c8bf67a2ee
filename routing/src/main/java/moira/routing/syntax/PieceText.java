package moira.routing.syntax;

/** The text of a piece, however its vocabulary spells it. */
final class PieceText {
    private PieceText() {}

    /**
     * Of SentencePiece's {@code ▁}, of the signs that byte-level vocabularies have for a space, a line feed, a carriage return and a tab,
     * and of bytes below 0x80; a byte that is part of a character is U+FFFD.
     */
    static String of(String piece) {
        if (isByte(piece)) {
            int value = Integer.parseInt(piece, 3, 5, 16);
            return String.valueOf(value < 0x80 ? (char) value : '\uFFFD');
        }
        return piece.replace('▁', ' ')
                .replace('Ġ', ' ')
                .replace('Ċ', '\n')
                .replace('č', '\r')
                .replace('ĉ', '\t');
    }

    static boolean isByte(String piece) {
        return piece.length() == 6
                && piece.startsWith("<0x")
                && piece.endsWith(">")
                && Character.digit(piece.charAt(3), 16) >= 0
                && Character.digit(piece.charAt(4), 16) >= 0;
    }
}
