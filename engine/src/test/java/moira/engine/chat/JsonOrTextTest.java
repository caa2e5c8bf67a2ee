package moira.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonOrTextTest {
    @Test
    void readsJson() {
        assertThat(JsonOrText.of("{\"a\": [1, null]}")).isEqualTo(Map.of("a", Arrays.asList(1, null)));
        assertThat(JsonOrText.of(" null ")).isNull();
        assertThat(JsonOrText.of("")).isEqualTo(Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json {", "01", "{} {}", "  ", "{\"a\""})
    void whatIsNoJsonIsItself(String text) {
        assertThat(JsonOrText.of(text)).isEqualTo(text);
    }
}
