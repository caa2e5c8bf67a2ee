package moira.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacementTest {
    @TempDir
    private Path folder;

    @Test
    void whatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("model.gguf"), "old");
        Path theirs = Files.writeString(folder.resolve("model.gguf.tmp"), "theirs");
        assertThatThrownBy(() -> Replacement.write(file, half -> {
                    Files.writeString(half, "ha");
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(MoiraException.class)
                .hasMessage(file + ": cannot be written: No space left on device");
        assertThatThrownBy(() -> Replacement.write(file, half -> {
                    Files.writeString(half, "hal");
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");
        assertThat(file).hasContent("old");
        Replacement.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(theirs).hasContent("theirs");
        assertThat(folder.toFile().list()).hasSize(2);
    }

    /** Whoever keeps a file on another disk, with a link in its place, wants it there. */
    @Test
    void aLinkStaysAndTheFileBehindItIsReplaced() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("second"));
        Files.createSymbolicLink(folder.resolve("second"), Path.of("disk/file"));
        for (String text : new String[] {"first", "again"}) {
            Replacement.write(link, text);
            assertThat(link).isSymbolicLink().hasContent(text);
            assertThat(disk.resolve("file")).isRegularFile().hasContent(text);
        }
        assertThat(disk.toFile().list()).hasSize(1);
    }

    /** As a process leaves it that was ended. */
    @Test
    void whatIsLeftOfAnEarlierAttemptIsWrittenOver() throws IOException {
        Path file = folder.resolve("table.csv");
        Files.writeString(Replacement.temporary(file), "half of something much longer");
        Replacement.write(file, "whole");
        assertThat(file).hasContent("whole");
        assertThat(folder.toFile().list()).hasSize(1);
    }
}
