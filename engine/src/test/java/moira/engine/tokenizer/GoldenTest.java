package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every golden encoding and decoding of Mistral's three SentencePiece vocabularies. */
class GoldenTest {
    @ParameterizedTest
    @CsvSource({"v1, v1", "v2, v2", "v3, v3", "json, v1"})
    void encodesAsSentencePieceDoes(String model, String golden) {
        Tokenizer tokenizer = Goldens.tokenizer(model);
        List<Goldens.Case> cases = Goldens.cases("encode." + golden);
        assertThat(cases)
                .hasSize(585)
                .allSatisfy(
                        c -> assertThat(tokenizer.encode(c.text())).as(c.name()).containsExactly(c.array()));
    }

    @ParameterizedTest
    @CsvSource({"v1, 598", "v2, 611", "v3, 632"})
    void decodesAsSentencePieceDoes(String version, int count) {
        Tokenizer tokenizer = Goldens.tokenizer(version);
        List<Goldens.Case> cases = Goldens.cases("decode." + version);
        assertThat(cases)
                .hasSize(count)
                .allSatisfy(c ->
                        assertThat(tokenizer.decode(c.array())).as(c.name()).isEqualTo(c.text()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "v3"})
    void streamsEveryGoldenDecoding(String version) {
        Tokenizer tokenizer = Goldens.tokenizer(version);
        for (Goldens.Case golden : Goldens.cases("decode." + version)) {
            StreamingDecoder decoder = tokenizer.streamingDecoder();
            StringBuilder text = new StringBuilder();
            for (int id : golden.array()) {
                text.append(decoder.next(id));
                assertThat(golden.text()).as(golden.name()).startsWith(text);
            }
            assertThat(text.append(decoder.finish())).as(golden.name()).hasToString(golden.text());
        }
    }

    @ParameterizedTest
    @CsvSource({"v1, 32000", "v2, 32768", "v3, 32768", "json, 32000"})
    void knowsTheVocabulary(String version, int size) {
        Tokenizer tokenizer = Goldens.tokenizer(version);
        assertThat(tokenizer.size()).isEqualTo(size);
        assertThat(tokenizer.bos()).isEqualTo(1);
        assertThat(tokenizer.eos()).isEqualTo(2);
        assertThat(tokenizer.isSpecial(1)).isTrue();
        assertThat(tokenizer.piece(2)).isEqualTo("</s>");
        int hello = tokenizer.encode("Hello")[0];
        assertThat(tokenizer.piece(hello)).isEqualTo("▁Hello");
        assertThat(tokenizer.isSpecial(hello)).isFalse();
        // The converted file has no post-processor, so nothing says that sequences start with BOS.
        assertThat(tokenizer.addsBos()).isEqualTo(!version.equals("json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "v3", "json"})
    void noGoldenTextGivesAnIdThatIsNotText(String version) {
        Tokenizer tokenizer = Goldens.tokenizer(version);
        for (Goldens.Case golden : Goldens.cases("encode.v1")) {
            assertThat(Arrays.stream(tokenizer.encode(golden.text()))).noneMatch(tokenizer::isSpecial);
        }
    }
}
