package moira.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import moira.engine.MoiraException;

/**
 * A file that is written beside its place and moved there when it is whole and on the disk: whoever reads the place finds the old
 * file or the new one, and whatever ends the process leaves at most a {@link #temporary} file, which the next attempt takes.
 */
public final class Replacement {
    /** Ours alone: what else people call {@code .tmp} is theirs. */
    private static final String SUFFIX = ".moira-tmp";

    private Replacement() {}

    /** Writes the whole file. */
    @FunctionalInterface
    public interface Content {
        void write(Path file) throws IOException;
    }

    /** Where a file or folder lies while it is not whole. */
    public static Path temporary(Path target) {
        return target.resolveSibling(target.getFileName() + SUFFIX);
    }

    /**
     * Writes a file. Where a link lies in its place, the file is written that the link names.
     *
     * @throws MoiraException if it cannot be written; a file that was there stays what it was, and what the content throws is thrown
     */
    public static void write(Path target, Content content) {
        Path file = linked(target);
        Path temporary = temporary(file);
        try {
            content.write(temporary);
            force(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw delete(temporary, MoiraException.cannot(target, "be written", e));
        } catch (RuntimeException e) {
            throw delete(temporary, e);
        } catch (Error e) {
            throw delete(temporary, e);
        }
    }

    /** Writes a small file. */
    public static void write(Path target, byte[] bytes) {
        write(target, file -> Files.write(file, bytes));
    }

    /** Writes a small file of UTF-8. */
    public static void write(Path target, String text) {
        write(target, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Path linked(Path target) {
        try {
            Path file = target;
            // As many links in a row as Linux follows.
            for (int i = 0; i < 40 && Files.isSymbolicLink(file); i++) {
                file = file.resolveSibling(Files.readSymbolicLink(file));
            }
            return file;
        } catch (IOException e) {
            throw MoiraException.cannot(target, "be read as a link", e);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static <E extends Throwable> E delete(Path temporary, E failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
