package moira.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import moira.engine.MoiraException;

/**
 * One writer a folder: two would write over each other's files. The system lets go of it with the process, however that ends, and
 * the file that a process leaves behind locks nobody out.
 */
public final class FolderLock implements AutoCloseable {
    /** Of this process: the system tells processes apart, and drops a lock when any channel to its file is closed. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    /** Whether the folder was not there before. */
    private final boolean made;

    private FolderLock(Path file, FileChannel channel, boolean made) {
        this.file = file;
        this.channel = channel;
        this.made = made;
    }

    /**
     * Takes a folder, which is made where it is not there, and goes with the lock if nothing came of it.
     *
     * @param name of the file that is locked, which is there as long as the lock is
     * @throws MoiraException if somebody else holds it, or it cannot be written to
     */
    public static FolderLock take(Path folder, String name) {
        try {
            boolean made = !Files.exists(folder);
            Path file = Files.createDirectories(folder).toRealPath().resolve(name);
            if (!HELD.add(file)) {
                throw held(folder);
            }
            try {
                return new FolderLock(file, lock(folder, file), made);
            } catch (IOException | RuntimeException e) {
                HELD.remove(file);
                throw e;
            }
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be written to", e);
        }
    }

    private static MoiraException held(Path folder) {
        return MoiraException.expected(
                folder.toString(), "nobody else that writes to it", "a process of Moira that does");
    }

    private static FileChannel lock(Path folder, Path file) throws IOException {
        while (true) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw held(folder);
            }
            if (Files.exists(file)) {
                return channel;
            }
            // Whoever had it gave it up, with its file, while we opened that.
            channel.close();
        }
    }

    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            return true; // A file system without locks is no reason to write nothing.
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
            if (made && isEmpty(file.getParent())) {
                Files.delete(file.getParent());
            }
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be given up", e);
        } finally {
            HELD.remove(file);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
