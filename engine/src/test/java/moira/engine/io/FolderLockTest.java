package moira.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    private Path folder;

    /** By a link as well as by its own name, and the second attempt does not free it for a third. */
    @Test
    void aFolderHasOneWriter() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("trace"));
        Path trace = Files.createDirectory(folder.resolve("trace"));
        try (FolderLock _ = FolderLock.take(trace, "trace.lock")) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> FolderLock.take(link, "trace.lock"))
                        .isInstanceOf(MoiraException.class)
                        .hasMessage(
                                link + ": expected nobody else that writes to it, found a process of Moira that does");
            }
        }
        try (FolderLock _ = FolderLock.take(link, "trace.lock")) {
            assertThat(trace.resolve("trace.lock")).exists();
        }
        assertThat(trace).isEmptyDirectory();
    }

    @Test
    void whatADeadProcessLeftLocksNobodyOut() throws IOException {
        Files.writeString(folder.resolve("trace.lock"), "");
        try (FolderLock _ = FolderLock.take(folder, "trace.lock")) {
            Files.writeString(folder.resolve("work"), "done");
        }
        assertThat(folder.toFile().list()).containsExactly("work");
    }

    @Test
    void aFolderOfWhichNothingCameIsNotLeftBehind() throws IOException {
        FolderLock.take(folder.resolve("new"), "trace.lock").close();
        assertThat(folder.resolve("new")).doesNotExist();
        try (FolderLock _ = FolderLock.take(folder.resolve("new"), "trace.lock")) {
            Files.writeString(folder.resolve("new/work"), "done");
        }
        assertThat(folder.resolve("new/work")).exists();
        Path empty = Files.createDirectory(folder.resolve("empty"));
        FolderLock.take(empty, "trace.lock").close();
        assertThat(empty).isEmptyDirectory();
    }
}
