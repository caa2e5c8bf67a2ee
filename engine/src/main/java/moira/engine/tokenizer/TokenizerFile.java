package moira.engine.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import moira.engine.MoiraException;

/** Reads the files beside a model's weights whole; they are small. */
final class TokenizerFile {
    /** The largest known is a tenth of this. */
    private static final long LARGEST = 256L << 20;

    private TokenizerFile() {}

    static byte[] read(Path path) {
        try {
            long size = Files.size(path);
            if (size > LARGEST) {
                throw MoiraException.expected(path.toString(), "a tokenizer of at most " + LARGEST + " bytes", size);
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new MoiraException(path + ": expected a readable tokenizer file, found " + e, e);
        }
    }
}
