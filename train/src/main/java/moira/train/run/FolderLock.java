package moira.train.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import moira.engine.MoiraException;

/** One training a folder: two would write over each other's files. The system lets go of it with the process, however that ends. */
final class FolderLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** @throws MoiraException if another training holds the folder */
    static FolderLock take(Path folder) {
        Path file = folder.resolve("training.lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FolderLock lock = new FolderLock(file, channel);
            if (lock.tryLock() == null) {
                channel.close();
                throw MoiraException.expected(folder.toString(), "no other training in it", "one that is running");
            }
            return lock;
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be made", e);
        }
    }

    private FileLock tryLock() throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // Another thread of this process.
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be given up", e);
        }
    }
}
