package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.engine.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceModelTest {
    @TempDir
    private Path folder;

    private static final int CONTROL = 3;

    private static Proto piece(String text, float score, int type) {
        return new Proto().string(1, text).float32(2, score).integer(3, type);
    }

    /** A vocabulary of a few pieces; later fields win, so that a case can add what it changes. */
    private static Proto model() {
        return new Proto()
                .message(1, piece("<unk>", 0, 2))
                .message(1, piece("<s>", 0, CONTROL))
                .message(1, piece("</s>", 0, CONTROL))
                .message(1, piece("▁a", -1, 1))
                .message(1, piece("▁", -2, 1))
                .message(1, piece("a", -3, 1))
                .message(2, new Proto().integer(3, 2))
                .message(3, new Proto().string(1, "identity").integer(4, 0));
    }

    private static Tokenizer read(Proto model) {
        return SentencePieceModel.read(Path.of("x.model"), model.toByteArray());
    }

    @Test
    void readsASmallModel() {
        Tokenizer tokenizer = read(model());
        assertThat(tokenizer.encode("a aa")).containsExactly(3, 3, 5);
        assertThat(tokenizer.bos()).isEqualTo(1);
        assertThat(tokenizer.eos()).isEqualTo(2);
        assertThat(read(model().message(3, new Proto().integer(3, 0))).encode("a"))
                .containsExactly(5);
    }

    static List<Arguments> unread() {
        return List.of(
                Arguments.of("found a model of type unigram", model().message(2, new Proto().integer(3, 1))),
                Arguments.of("found a model of type word", model().message(2, new Proto().integer(3, 3))),
                Arguments.of("found a model of type char", model().message(2, new Proto().integer(3, 4))),
                Arguments.of("found a model of type 77", model().message(2, new Proto().integer(3, 77))),
                Arguments.of(
                        "found normalizer nmt_nfkc",
                        model().message(3, new Proto().string(1, "nmt_nfkc").string(2, "rules"))),
                Arguments.of("found remove_extra_whitespaces", model().message(3, new Proto().integer(4, 1))),
                Arguments.of("escape_whitespaces", model().message(3, new Proto().integer(5, 0))),
                Arguments.of("treat_whitespace_as_suffix", model().message(2, new Proto().integer(24, 1))),
                Arguments.of("byte_fallback without them", model().message(2, new Proto().integer(35, 1))),
                Arguments.of("them without byte_fallback", model().message(1, piece("<0x00>", 0, 6))),
                Arguments.of(
                        "for each of the 256 bytes",
                        model().message(1, piece("<0x00>", 0, 6)).message(2, new Proto().integer(35, 1))),
                Arguments.of(
                        "a byte's piece such as <0x0A>, found 0x00",
                        model().message(1, piece("0x00", 0, 6)).message(2, new Proto().integer(35, 1))),
                Arguments.of("found none, as in a file that was cut off", new Proto().message(1, piece("a", 0, 1))),
                Arguments.of("found no pieces", new Proto().message(2, new Proto().integer(3, 2))),
                Arguments.of("a piece type from 1 to 6, found 7", model().message(1, piece("x", 0, 7))),
                Arguments.of("a piece of at least one character", model().message(1, new Proto())),
                Arguments.of("at most 512 characters", model().message(1, piece("x".repeat(513), 0, 1))),
                Arguments.of("wire type 2 for field 1, found 0", model().integer(1, 5)),
                Arguments.of("expected text in UTF-8", model().message(1, new Proto().bytes(1, new byte[] {-1}))));
    }

    @ParameterizedTest
    @MethodSource("unread")
    void namesWhatItDoesNotRead(String message, Proto model) {
        assertThatThrownBy(() -> read(model))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("x.model")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFileCutAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(Goldens.model("v1"));
        IntStream cuts = IntStream.concat(IntStream.range(0, 200), new Random(1).ints(200, 200, whole.length - 1));
        cuts.forEach(length -> assertThatThrownBy(
                        () -> SentencePieceModel.read(Path.of("x.model"), Arrays.copyOf(whole, length)))
                .as("cut to %d bytes", length)
                .isInstanceOf(MoiraException.class));
    }

    @Test
    void aFieldLargerThanTheFileIsRefused() {
        byte[] huge = {0x0A, -1, -1, -1, -1, -1, -1, -1, -1, 0x7F, 1, 2, 3};
        assertThatThrownBy(() -> SentencePieceModel.read(Path.of("x.model"), huge))
                .isInstanceOf(MoiraException.class)
                .hasMessage("x.model, offset 0: expected a field of at most 3 bytes, found 9223372036854775807");
    }

    /** Whatever the bytes say, the answer is a tokenizer or one line about what is wrong. */
    @Test
    void flippedBytesAreReadOrRefused() throws IOException {
        byte[] whole = Files.readAllBytes(Shared.path("reference-model/tokenizer.model"));
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            byte[] broken = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                int place = random.nextInt(random.nextBoolean() ? 200 : broken.length);
                broken[place] ^= (byte) (1 << random.nextInt(8));
            }
            readOrRefuse(broken);
        }
    }

    @Test
    void randomBytesAreRefused() {
        Random random = new Random(3);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> SentencePieceModel.read(Path.of("x.model"), bytes))
                    .isInstanceOf(MoiraException.class);
        }
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            Tokenizer tokenizer = SentencePieceModel.read(Path.of("x.model"), bytes);
            tokenizer.decode(tokenizer.encode("Any text, 字 and\n all."));
        } catch (MoiraException e) {
            assertThat(e.getMessage())
                    .startsWith("x.model")
                    .contains("expected")
                    .doesNotContain("\n");
        }
    }

    @Test
    void honoursTheConfigurationBesideIt() throws IOException {
        Path file = Files.write(folder.resolve("tokenizer.model"), model().toByteArray());
        assertThat(Tokenizers.open(file).addsBos()).isTrue();
        Path config = folder.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"add_bos_token\": false, \"eos_token\": {\"content\": \"<s>\"}}");
        assertThat(Tokenizers.open(file).addsBos()).isFalse();
        assertThat(Tokenizers.open(file).eos()).isEqualTo(1);
        Files.writeString(config, "{\"eos_token\": \"<other>\", \"bos_token\": null}");
        assertThat(Tokenizers.open(file).eos()).isEqualTo(2);
        assertThat(Tokenizers.open(file).bos()).isEqualTo(1);
        Files.writeString(config, "{\"add_bos_token\": ");
        assertThatThrownBy(() -> Tokenizers.open(file))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(config + ": expected JSON, found ")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GGUF", "   ", "\u001F\u008B", "[1]"})
    void otherFilesAreNamed(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("x.model"), content);
        assertThatThrownBy(() -> Tokenizers.open(file))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(file + ": expected a SentencePiece model or a tokenizer.json, found");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Tokenizers.open(folder.resolve("none.model")))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("none.model: expected a readable tokenizer file");
        assertThatThrownBy(() -> Tokenizers.open(folder)).isInstanceOf(MoiraException.class);
    }
}
