package moira.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoiraExceptionTest {
    @TempDir
    private Path folder;

    /** Something that the system refuses. */
    private interface Refused {
        void run() throws IOException;
    }

    private static String told(Refused work) {
        try {
            work.run();
        } catch (IOException e) {
            return MoiraException.cannot("model.gguf", "be read", e).getMessage();
        }
        throw new AssertionError("nothing was refused");
    }

    @Test
    void whatTheSystemRefusesIsToldInWords() throws IOException {
        Path latin = Files.write(folder.resolve("latin"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(told(() -> Files.readString(folder.resolve("none"))))
                .isEqualTo("model.gguf: cannot be read: there is no such file");
        assertThat(told(() -> Files.readString(latin))).isEqualTo("model.gguf: cannot be read: it is no UTF-8");
        assertThat(told(() -> Files.createDirectory(folder)))
                .isEqualTo("model.gguf: cannot be read: a file is there already");
        assertThat(told(() -> Files.delete(folder))).doesNotContain("Exception").doesNotContain(folder.toString());
        assertThat(told(() -> {
                    throw new IOException("No space left on device");
                }))
                .isEqualTo("model.gguf: cannot be read: No space left on device");
    }

    @Test
    void aMessageIsOneLineWhateverIsInIt() {
        assertThat(MoiraException.expected("a\nb", "c", "d\u2028e"))
                .hasMessage("a\\u000ab: expected c, found d\\u2028e");
    }
}
