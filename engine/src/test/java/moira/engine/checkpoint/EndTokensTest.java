package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import moira.engine.Families;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Tokenizers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndTokensTest {
    private final Tokenizer tokenizer = Tokenizers.open(Families.path("mixtral").resolve("tokenizer.json"));

    @TempDir
    private Path folder;

    @Test
    void allThatFilesNameEndAnAnswer() throws IOException {
        assertThat(EndTokens.ofFolder(folder, Map.of("eos_token_id", 7), tokenizer))
                .contains(7);
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [8, 9]}");
        assertThat(EndTokens.ofFolder(folder, Map.of("eos_token_id", List.of(7, 9)), tokenizer))
                .contains(7, 8, 9);
    }

    @Test
    void ofGgufTurnsAndMessagesToo() {
        Map<String, Object> metadata = Map.of("tokenizer.ggml.eos_token_id", 3L, "tokenizer.ggml.eot_token_id", 5L);
        assertThat(EndTokens.ofGguf(metadata, tokenizer)).contains(3, 5);
    }

    @Test
    void whatIsNoIdEndsNothing() {
        Object odd = Arrays.asList(-1, 1_000_000, "x", null);
        assertThat(EndTokens.ofFolder(folder, Map.of("eos_token_id", odd), tokenizer))
                .isSubsetOf(tokenizer.eos());
    }
}
