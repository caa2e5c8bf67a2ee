package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufVocabularyTest {
    /** Made upstream with Hugging Face's tokenizer of Phi-3, which has Llama's vocabulary. */
    @Test
    void encodesAsPhi3Does() {
        Tokenizer tokenizer = phi3();
        List<Goldens.Case> cases = Goldens.cases("llamacpp.phi-3");
        assertThat(cases)
                .hasSize(28)
                .allSatisfy(
                        c -> assertThat(tokenizer.encode(c.text())).as(c.name()).containsExactly(c.array()));
        assertThat(tokenizer.bos()).isEqualTo(1);
        assertThat(tokenizer.eos()).isEqualTo(32000);
        assertThat(tokenizer.addsBos()).isTrue();
    }

    @Test
    void findsUserDefinedPiecesInText() {
        Tokenizer tokenizer = phi3();
        assertThat(tokenizer.isSpecial(2)).isFalse();
        assertThat(tokenizer.encode("a</s>b")).contains(2);
    }

    @Test
    void agreesWithTheModelFileOfTheSameVocabulary() {
        Tokenizer fromModel = Tokenizers.open(Shared.path("reference-model/tokenizer.model"));
        Tokenizer fromGguf =
                GgufVocabulary.read(TinyGguf.metadata(Shared.path("reference-model/model-q8_0.gguf")), "test.gguf");
        for (Goldens.Case golden : Goldens.cases("encode.v1")) {
            int[] ids = fromModel.encode(golden.text());
            assertThat(fromGguf.encode(golden.text())).as(golden.name()).containsExactly(ids);
            assertThat(fromGguf.decode(ids)).isEqualTo(fromModel.decode(ids));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"falcon", "mpt"})
    void namesAVocabularyThatItCannotRead(String name) {
        Map<String, Object> metadata = TinyGguf.metadata(Shared.path("tokenizers/gguf/ggml-vocab-" + name + ".gguf"));
        assertThatThrownBy(() -> GgufVocabulary.read(metadata, "x.gguf"))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("x.gguf: expected tokenizer.ggml.pre of gpt-2, ")
                .hasMessageEndingWith(", found " + name);
    }

    @Test
    void readsBytesToo() {
        Tokenizer tokenizer =
                GgufVocabulary.read(TinyGguf.metadata(Shared.path("tokenizers/gguf/ggml-vocab-gpt-2.gguf")), "x.gguf");
        assertThat(tokenizer.encode("Hello world")).containsExactly(15496, 995);
        assertThat(tokenizer.decode(15496, 995)).isEqualTo("Hello world");
    }

    private static Tokenizer phi3() {
        return GgufVocabulary.read(
                TinyGguf.metadata(Shared.path("tokenizers/gguf/ggml-vocab-phi-3.gguf")), "phi-3.gguf");
    }

    private static Map<String, Object> tiny() {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("tokenizer.ggml.model", "llama");
        metadata.put("tokenizer.ggml.tokens", new String[] {"<unk>", "<s>", "</s>", "▁", "a", "▁a"});
        metadata.put("tokenizer.ggml.scores", new double[] {0, 0, 0, -2, -3, -1});
        metadata.put("tokenizer.ggml.token_type", new long[] {2, 3, 3, 1, 1, 1});
        return metadata;
    }

    @Test
    void withoutBytesARunOfUnknownCharactersIsOnePiece() {
        Tokenizer tokenizer = GgufVocabulary.read(tiny(), "x.gguf");
        assertThat(tokenizer.encode("a xyz aa")).containsExactly(5, 3, 0, 5, 4);
        assertThat(tokenizer.decode(5, 0, 4)).isEqualTo("a ⁇ a");
    }

    @Test
    void honoursAddSpacePrefix() {
        Map<String, Object> metadata = tiny();
        metadata.put("tokenizer.ggml.add_space_prefix", false);
        Tokenizer tokenizer = GgufVocabulary.read(metadata, "x.gguf");
        assertThat(tokenizer.encode("a a")).containsExactly(4, 5);
        assertThat(tokenizer.decode(5, 4)).isEqualTo(" aa");
    }

    @Test
    void oldFilesHaveNoTypes() {
        Map<String, Object> metadata = TinyGguf.metadata(Shared.path("reference-model/model-q8_0.gguf"));
        Tokenizer typed = GgufVocabulary.read(metadata, "x.gguf");
        Map<String, Object> without = new HashMap<>(metadata);
        without.remove("tokenizer.ggml.token_type");
        Tokenizer spelled = GgufVocabulary.read(without, "x.gguf");
        for (Goldens.Case golden : Goldens.cases("encode.v1")) {
            int[] ids = typed.encode(golden.text());
            assertThat(spelled.encode(golden.text())).as(golden.name()).containsExactly(ids);
            assertThat(spelled.decode(ids)).isEqualTo(typed.decode(ids));
        }
        for (int id = 0; id < typed.size(); id++) {
            assertThat(spelled.isSpecial(id)).as("%d", id).isEqualTo(typed.isSpecial(id));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model, , tokenizer.ggml.model",
        "tokens, , tokenizer.ggml.tokens",
        "scores, , tokenizer.ggml.scores",
        "bos_token_id, 6, BOS to be an id below 6",
        "bos_token_id, 4294967297, bos_token_id to be an id",
        "add_bos_token, 1, add_bos_token as Boolean",
        "tokens, 1, tokens as String[]"
    })
    void namesWhatIsMissingOrWrong(String key, Long value, String message) {
        Map<String, Object> metadata = tiny();
        metadata.put("tokenizer.ggml." + key, value);
        assertThatThrownBy(() -> GgufVocabulary.read(metadata, "x.gguf"))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("x.gguf: expected")
                .hasMessageContaining(message);
    }

    @Test
    void refusesArraysOfDifferentLengthsAndUnknownTypes() {
        Map<String, Object> metadata = tiny();
        metadata.put("tokenizer.ggml.scores", new double[] {0, 0});
        assertThatThrownBy(() -> GgufVocabulary.read(metadata, "x.gguf"))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("6 tokenizer.ggml.scores, found 2");
        metadata.putAll(tiny());
        metadata.put("tokenizer.ggml.token_type", new long[] {2, 3, 3, 1, 1, 9});
        assertThatThrownBy(() -> GgufVocabulary.read(metadata, "x.gguf"))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("piece type");
    }
}
