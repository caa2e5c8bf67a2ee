package moira.engine.tokenizer;

import java.nio.file.Path;
import java.util.Locale;
import moira.engine.MoiraException;

/** Opens a tokenizer file without its model. */
public final class Tokenizers {
    private Tokenizers() {}

    /**
     * A {@code tokenizer.model} or {@code tokenizer.json}, told apart by what is in it and not by its name.
     *
     * @throws MoiraException if it is neither, or not what it should be
     */
    public static Tokenizer open(Path path) {
        byte[] data = TokenizerFile.read(path);
        int first = firstVisible(data);
        if (first == '{') {
            return TokenizerJson.read(path, data);
        }
        // The first byte of a ModelProto: the tag of its pieces, its trainer or its normalizer.
        if (data.length > 0 && (data[0] == 0x0A || data[0] == 0x12 || data[0] == 0x1A)) {
            return SentencePieceModel.read(path, data);
        }
        String found = data.length == 0
                ? "an empty file"
                : String.format(Locale.ROOT, "a file that starts with byte 0x%02X", data[0]);
        throw MoiraException.expected(path.toString(), "a SentencePiece model or a tokenizer.json", found);
    }

    /** The first byte that is no JSON white space, or -1. */
    private static int firstVisible(byte[] data) {
        for (byte b : data) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
        }
        return -1;
    }
}
