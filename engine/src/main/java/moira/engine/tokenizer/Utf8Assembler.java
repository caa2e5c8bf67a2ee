package moira.engine.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * Bytes to characters, one byte at a time. What is well-formed (Unicode 16, table 3-7) comes out as soon as it is whole. What is not comes
 * out as U+FFFD: one for each byte, as SentencePiece has it, or one for as many bytes as might have begun a character (Unicode 16, section
 * 3.9, "maximal subparts").
 */
final class Utf8Assembler {
    static final char REPLACEMENT = '\uFFFD';

    private final byte[] pending = new byte[4];
    private final boolean bySubpart;
    private int count;

    /** @param bySubpart whether bytes that might have begun a character come out as one U+FFFD together */
    Utf8Assembler(boolean bySubpart) {
        this.bySubpart = bySubpart;
    }

    /** The characters that this byte completes or breaks off. */
    String add(byte next) {
        pending[count++] = next;
        StringBuilder out = new StringBuilder();
        while (count > 0) {
            if (!isWellFormedSoFar()) {
                out.append(REPLACEMENT);
                int broken = bySubpart ? Math.max(1, count - 1) : 1;
                count -= broken;
                System.arraycopy(pending, broken, pending, 0, count);
            } else if (count == length(lead())) {
                out.append(new String(pending, 0, count, StandardCharsets.UTF_8));
                count = 0;
            } else {
                break;
            }
        }
        return out.toString();
    }

    /** Whether bytes wait for those that make them a character. */
    boolean isUnfinished() {
        return count > 0;
    }

    /** No byte follows: U+FFFD for an unfinished character, or for each of its bytes. */
    String finish() {
        String rest = String.valueOf(REPLACEMENT).repeat(bySubpart ? Math.min(1, count) : count);
        count = 0;
        return rest;
    }

    private int lead() {
        return Byte.toUnsignedInt(pending[0]);
    }

    private boolean isWellFormedSoFar() {
        if (length(lead()) == 0) {
            return false;
        }
        for (int i = 1; i < count; i++) {
            int value = Byte.toUnsignedInt(pending[i]);
            int low = i == 1 ? secondLow(lead()) : 0x80;
            int high = i == 1 ? secondHigh(lead()) : 0xBF;
            if (value < low || value > high) {
                return false;
            }
        }
        return true;
    }

    /** How many bytes a character with this first byte has; 0 if there is none. */
    private static int length(int lead) {
        if (lead < 0x80) {
            return 1;
        }
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    /** No overlong forms. */
    private static int secondLow(int lead) {
        return lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    }

    /** No surrogates, nothing above U+10FFFF. */
    private static int secondHigh(int lead) {
        return lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    }
}
