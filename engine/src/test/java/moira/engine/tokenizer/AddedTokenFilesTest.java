package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import moira.engine.Shared;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A {@code tokenizer.model}, and what JSON files beside it add: of real folders that lost their end of turn. */
class AddedTokenFilesTest {
    private static final int OF_MODEL = 32_000;

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void copy() throws IOException {
        model = Files.copy(Goldens.model("v1"), folder.resolve("tokenizer.model"));
    }

    @Test
    void areSpecialWhereTheySaySoAndEndATurn() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<|im_end|>\": 32000, \"<|im_start|>\": 32001}");
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"bos_token": "<s>", "eos_token": "<|im_end|>", "add_bos_token": true, "added_tokens_decoder": {
                  "0": {"content": "<unk>", "special": true}, "1": {"content": "<s>", "special": true},
                  "32000": {"content": "<|im_end|>", "special": true},
                  "32001": {"content": "<|im_start|>", "special": true}, "32002": {"content": "<tool>", "special": false}}}
                """);
        Tokenizer tokenizer = Tokenizers.open(model);
        assertThat(tokenizer.size()).isEqualTo(OF_MODEL + 3);
        assertThat(tokenizer.eos()).isEqualTo(32_000);
        assertThat(tokenizer.piece(32_001)).isEqualTo("<|im_start|>");
        assertThat(tokenizer.isSpecial(32_001)).isTrue();
        assertThat(tokenizer.isSpecial(32_002)).isFalse();
        int[] trusted = tokenizer.encode("<|im_start|>user", Trust.EVERYBODY);
        assertThat(trusted[0]).isEqualTo(32_001);
        assertThat(tokenizer.encode("<|im_start|>user")).doesNotContain(32_001);
        assertThat(tokenizer.encode("a <tool> b")).contains(32_002);
        assertThat(VocabularyMetadata.of(tokenizer).get("tokenizer.ggml.eos_token_id"))
                .isEqualTo(32_000);
        assertThat((String[]) VocabularyMetadata.of(tokenizer).get("tokenizer.ggml.tokens"))
                .hasSize(OF_MODEL + 3)
                .endsWith("<|im_end|>", "<|im_start|>", "<tool>");
    }

    @Test
    void theEndMayBeNamedInAFileOfItsOwn() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<|im_end|>\": 32000}");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"eos_token\": {\"content\": \"<|im_end|>\"}}");
        assertThat(Tokenizers.open(model).eos()).isEqualTo(32_000);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"</s>\"}");
        assertThat(Tokenizers.open(model).eos()).isEqualTo(2);
    }

    @Test
    void theirIdsLeaveNoGap() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<a>\": 32001}");
        assertThatThrownBy(() -> Tokenizers.open(model))
                .isInstanceOf(MoiraException.class)
                .hasMessage(model + ", tokens added beside it: expected id 32000 next, found id 32001");
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<a>\": \"many\"}");
        assertThatThrownBy(() -> Tokenizers.open(model))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("expected a whole number as the id of each");
    }

    /** Of the public reports. */
    @ParameterizedTest
    @CsvSource({"added-tokens-legacy, true", "added-tokens-metaspace-first, false"})
    void whatFollowsAnAddedTokenHasASpaceOrNot(String name, boolean space) throws IOException {
        Tokenizer tokenizer = reported(name);
        int[] ids = tokenizer.encode("<|im_start|>user\nhello");
        assertThat(ids[0]).as("no space before it").isEqualTo(4097);
        assertThat(tokenizer.piece(ids[1]).startsWith("▁")).isEqualTo(space);
    }

    @Test
    void aTokenMayContainSpaces() throws IOException {
        assertThat(reported("added-token-with-space").encode("<|end of turn|>")).containsExactly(4096);
    }

    private Tokenizer reported(String name) throws IOException {
        Path file = folder.resolve(name + ".json");
        try (var in =
                new GZIPInputStream(Files.newInputStream(Shared.path("cases/models/" + name + ".tokenizer.json.gz")))) {
            Files.copy(in, file);
        }
        return Tokenizers.open(file);
    }
}
