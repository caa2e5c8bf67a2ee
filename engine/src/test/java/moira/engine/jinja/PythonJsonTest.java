package moira.engine.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The right-hand sides are what Python 3's json.dumps(json.loads(x), ensure_ascii=False) prints. */
class PythonJsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"b\":1,\"a\":[true,null]}         | {\"b\": 1, \"a\": [true, null]}",
                "{ \"a\" : { } , \"b\" : [ ] }       | {\"a\": {}, \"b\": []}",
                "{\"a\":1,\"b\":2,\"a\":3}           | {\"a\": 3, \"b\": 2}",
                "\"Z\\u00fcrich \\/ \\u001f\\u007f\" | \"Zürich / \\u001f\u007f\"",
                "\"\\\"\\\\\\n\\t\\b\\f\\r\"         | \"\\\"\\\\\\n\\t\\b\\f\\r\"",
                "123456789012345678901234567890      | 123456789012345678901234567890",
                "-0                                  | 0",
                "[2.50, 1E5, 1e16, 1e15, 1.5e-5]     | [2.5, 100000.0, 1e+16, 1000000000000000.0, 1.5e-05]",
                "[0.0001, -0.0, 1e22, 1.25E-300]     | [0.0001, -0.0, 1e+22, 1.25e-300]",
                "[0.1, 2.2250738585072014e-308, 1.7976931348623157e308] | [0.1, 2.2250738585072014e-308, 1.7976931348623157e+308]",
                "1e400                               | Infinity",
            })
    void spellsJsonAsPythonDoes(String text, String expected) {
        assertThat(PythonJson.write(Goldens.JSON.readValue(text, Object.class))).isEqualTo(expected);
    }
}
