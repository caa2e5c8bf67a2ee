package moira.routing.result;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns the vocabulary's pieces ({@code ▁the}, {@code <0x0A>}) back into the text they stand for. */
public final class Pieces {
    private static final Pattern BYTE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");

    private Pieces() {}

    /**
     * The text of each piece. Byte pieces that together make a character give it to the first of them and leave the
     * others empty, so that the texts joined are the text of the document; a byte that is part of no character becomes
     * U+FFFD.
     */
    public static List<String> texts(List<String> pieces) {
        List<String> texts = new ArrayList<>(pieces.size());
        while (texts.size() < pieces.size()) {
            int from = texts.size();
            int to = from;
            while (to < pieces.size() && isByte(pieces.get(to))) {
                to++;
            }
            if (to == from) {
                texts.add(pieces.get(from).replace('▁', ' '));
            } else {
                addCharacters(pieces.subList(from, to), texts);
            }
        }
        return texts;
    }

    /** A piece on a line of its own: a line feed is seen as ⏎, a tab as ⇥. */
    public static String label(String piece) {
        return switch (piece) {
            case "<0x0A>", "\n" -> "⏎";
            case "<0x09>", "\t" -> "⇥";
            default -> piece;
        };
    }

    private static void addCharacters(List<String> run, List<String> texts) {
        byte[] bytes = new byte[run.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(run.get(i).substring(3, 5), 16);
        }
        for (int i = 0; i < bytes.length; ) {
            int length = Math.min(lengthOfCharacter(bytes[i]), bytes.length - i);
            Optional<String> character = decode(bytes, i, length);
            if (character.isEmpty()) {
                length = 1;
            }
            texts.add(character.orElse("\uFFFD"));
            for (int rest = 1; rest < length; rest++) {
                texts.add("");
            }
            i += length;
        }
    }

    private static int lengthOfCharacter(byte lead) {
        int ones = Integer.numberOfLeadingZeros(~(lead << 24));
        return ones < 2 ? 1 : ones;
    }

    /** The character in these bytes; empty where they are none. */
    private static Optional<String> decode(byte[] bytes, int from, int length) {
        CharBuffer out = CharBuffer.allocate(2);
        boolean error = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, from, length), out, true)
                .isError();
        return error ? Optional.empty() : Optional.of(out.flip().toString());
    }

    private static boolean isByte(String piece) {
        return piece.length() == 6 && BYTE.matcher(piece).matches();
    }
}
