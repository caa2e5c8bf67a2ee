package moira.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The characters that stand for bytes in byte-level vocabularies (Radford et al. 2019, section 2.2): a byte that prints stands for itself,
 * the 68 others for the characters from U+0100 on, in their order.
 */
final class ByteCharacters {
    private static final int FIRST_OF_OTHERS = 0x100;
    private static final char[] OF_BYTE = new char[256];
    private static final short[] OF_CHARACTER = new short[FIRST_OF_OTHERS + 68];

    static {
        int others = FIRST_OF_OTHERS;
        for (int b = 0; b < OF_BYTE.length; b++) {
            boolean prints = (b > ' ' && b < 0x7F) || (b > 0xA0 && b != 0xAD);
            OF_BYTE[b] = (char) (prints ? b : others++);
        }
        Arrays.fill(OF_CHARACTER, (short) -1);
        for (int b = 0; b < OF_BYTE.length; b++) {
            OF_CHARACTER[OF_BYTE[b]] = (short) b;
        }
    }

    private ByteCharacters() {}

    static char of(int unsignedByte) {
        return OF_BYTE[unsignedByte];
    }

    /** The byte that a character stands for, or -1. */
    static int byteOf(char character) {
        return character < OF_CHARACTER.length ? OF_CHARACTER[character] : -1;
    }

    /** The bytes that a piece spells; a piece with a character that stands for none is meant as it stands, in UTF-8. */
    static byte[] bytes(String piece) {
        byte[] bytes = new byte[piece.length()];
        for (int i = 0; i < bytes.length; i++) {
            int value = byteOf(piece.charAt(i));
            if (value < 0) {
                return piece.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** A text's bytes in UTF-8, each as its character. */
    static String spell(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        char[] spelled = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            spelled[i] = of(Byte.toUnsignedInt(bytes[i]));
        }
        return new String(spelled);
    }
}
