package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A vocabulary goes into a GGUF file and comes out the same. */
class VocabularyMetadataTest {
    @ParameterizedTest
    @CsvSource({"v1, v1", "v2, v2", "v3, v3", "json, v1"})
    void everyGoldenTextIsEncodedTheSame(String model, String golden) {
        Tokenizer source = Goldens.tokenizer(model);
        Tokenizer copy = GgufVocabulary.read(asRead(VocabularyMetadata.of(source)), "test");
        assertThat(copy.size()).isEqualTo(source.size());
        assertThat(copy.bos()).isEqualTo(source.bos());
        assertThat(copy.eos()).isEqualTo(source.eos());
        assertThat(copy.addsBos()).isEqualTo(source.addsBos());
        for (int id = 0; id < source.size(); id++) {
            assertThat(copy.piece(id)).isEqualTo(source.piece(id));
            assertThat(copy.isSpecial(id)).isEqualTo(source.isSpecial(id));
        }
        for (Goldens.Case one : Goldens.cases("encode." + golden)) {
            assertThat(copy.encode(one.text())).as(one.name()).containsExactly(one.array());
        }
    }

    /** Scores would also merge a with bc, which the list does not, or prefer ab where the list prefers bc to a part of it. */
    @Test
    void aListOfMergesThatNoScoresMakeIsRefused() {
        assertThatThrownBy(() -> VocabularyMetadata.of(listing("\"a b\", \"ab c\"", "abc", "bc")))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("tokenizer.model beside the file")
                .hasMessageContaining("others for piece");
        assertThatThrownBy(() ->
                        VocabularyMetadata.of(listing("\"a b\", \"b c\", \"ab c\", \"c a\", \"a bc\"", "abc", "ca")))
                .hasMessageContaining("others for piece abc");
    }

    @Test
    void aListOfMergesInTheOrderOfItsPiecesHasScores() {
        Tokenizer source = listing("\"b c\", \"a bc\", \"ab c\", \"a b\"", "abc");
        Map<String, Object> metadata = VocabularyMetadata.of(source);
        assertThat((float[]) metadata.get("tokenizer.ggml.scores")).containsExactly(0, 0, 0, 0, 0, 0, 0, -3, -1, -2);
        Tokenizer copy = GgufVocabulary.read(asRead(metadata), "test");
        for (String text : new String[] {"abc", "aabcc", "cab", "bcbca", "ab"}) {
            assertThat(copy.encode(text)).containsExactly(source.encode(text));
        }
    }

    private static Tokenizer listing(String merges, String... more) {
        StringBuilder vocabulary = new StringBuilder("\"<unk>\": 0, \"<s>\": 1, \"</s>\": 2, \"▁\": 3");
        int id = 4;
        for (String piece : new String[] {"a", "b", "c", "ab", "bc"}) {
            vocabulary.append(", \"" + piece + "\": " + id++);
        }
        for (String piece : more) {
            vocabulary.append(piece.equals("bc") ? "" : ", \"" + piece + "\": " + id++);
        }
        String json = "{\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"▁\"}, "
                + "\"model\": {\"type\": \"BPE\", \"unk_token\": \"<unk>\", \"vocab\": {" + vocabulary
                + "}, \"merges\": ["
                + merges + "]}}";
        return TokenizerJson.read(Path.of("no-such-folder/test"), json.getBytes(StandardCharsets.UTF_8));
    }

    /** As the reader of a GGUF file gives it. */
    private static Map<String, Object> asRead(Map<String, Object> written) {
        Map<String, Object> read = new LinkedHashMap<>();
        written.forEach((key, value) -> read.put(
                key,
                switch (value) {
                    case Integer number -> number.longValue();
                    case int[] numbers -> Arrays.stream(numbers).asLongStream().toArray();
                    case float[] numbers -> {
                        double[] doubles = new double[numbers.length];
                        for (int i = 0; i < doubles.length; i++) {
                            doubles[i] = numbers[i];
                        }
                        yield doubles;
                    }
                    default -> value;
                }));
        return read;
    }
}
