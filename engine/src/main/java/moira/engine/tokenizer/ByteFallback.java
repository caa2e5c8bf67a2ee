package moira.engine.tokenizer;

import java.util.Arrays;
import moira.engine.MoiraException;

/** The pieces {@code <0x00>} to {@code <0xFF>}, which spell any character that has no piece, byte by byte of its UTF-8. */
final class ByteFallback {
    private static final int BYTES = 256;

    private final int[] idOfByte = new int[BYTES];
    private final int[] byteOfId;
    private final int count;

    ByteFallback(Vocabulary vocabulary) {
        byteOfId = new int[vocabulary.size()];
        Arrays.fill(idOfByte, -1);
        int found = 0;
        for (int id = 0; id < byteOfId.length; id++) {
            if (vocabulary.types().get(id) == PieceType.BYTE) {
                int value = parse(vocabulary.pieces().get(id), vocabulary.where());
                byteOfId[id] = value;
                found += idOfByte[value] < 0 ? 1 : 0;
                idOfByte[value] = id;
            }
        }
        if (found != 0 && found != BYTES) {
            throw MoiraException.expected(vocabulary.where(), "a piece for each of the 256 bytes, or for none", found);
        }
        count = found;
    }

    /** Whether a piece is spelled as a byte's is. */
    static boolean isSpelled(String piece) {
        return piece.matches("<0x[0-9A-Fa-f]{2}>");
    }

    private static int parse(String piece, String where) {
        if (!isSpelled(piece)) {
            throw MoiraException.expected(where, "a byte's piece such as <0x0A>", piece);
        }
        return Integer.parseInt(piece, 3, 5, 16);
    }

    boolean isPresent() {
        return count > 0;
    }

    int id(byte value) {
        return idOfByte[Byte.toUnsignedInt(value)];
    }

    /** The byte that a piece of type {@link PieceType#BYTE} stands for. */
    byte value(int id) {
        return (byte) byteOfId[id];
    }
}
