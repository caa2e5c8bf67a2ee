package moira.engine.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import moira.engine.MoiraException;

/** What Git leaves in the place of a large file until that is fetched (https://git-lfs.com). */
public final class LfsPointer {
    private static final byte[] START = "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    private LfsPointer() {}

    /** @throws MoiraException if a file is one; of what is no file, or cannot be read, others have more to say */
    public static void refuse(Path path) {
        if (!Files.isRegularFile(path)) {
            return;
        }
        try (InputStream in = Files.newInputStream(path)) {
            if (Arrays.equals(in.readNBytes(START.length), START)) {
                throw MoiraException.expected(
                        path.toString(),
                        "the file itself",
                        "a Git LFS pointer to it: it was not fetched (git lfs pull)");
            }
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be read", e);
        }
    }
}
