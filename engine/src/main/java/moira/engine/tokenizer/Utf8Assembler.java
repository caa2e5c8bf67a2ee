package moira.engine.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * Bytes to characters, one byte at a time. What is well-formed (Unicode 16, table 3-7) comes out as soon as it is whole; each byte
 * that is no part of such a sequence comes out as a U+FFFD of its own.
 */
final class Utf8Assembler {
    private static final char REPLACEMENT = '\uFFFD';

    private final byte[] pending = new byte[4];
    private int count;

    /** The characters that this byte completes or breaks off. */
    String add(byte next) {
        pending[count++] = next;
        StringBuilder out = new StringBuilder();
        while (count > 0) {
            if (!isWellFormedSoFar()) {
                out.append(REPLACEMENT);
                System.arraycopy(pending, 1, pending, 0, --count);
            } else if (count == length(lead())) {
                out.append(new String(pending, 0, count, StandardCharsets.UTF_8));
                count = 0;
            } else {
                break;
            }
        }
        return out.toString();
    }

    /** No byte follows: U+FFFD for each byte of an unfinished character. */
    String finish() {
        String rest = String.valueOf(REPLACEMENT).repeat(count);
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
