package moira.engine.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;

/** Small templates, a construct each, with what jinja2 3.1.6 makes of them in the sandbox of the transformers library. */
class TemplateTest {
    private static final LocalDateTime NOW = LocalDateTime.parse("2025-11-14T09:05:07");

    @Test
    @SuppressWarnings("unchecked")
    void rendersAsPythonDoes() throws IOException {
        List<String> lines = Files.readAllLines(Goldens.resources().resolve("snippets.jsonl"));
        Map<String, Object> variables =
                (Map<String, Object>) Goldens.object(lines.getFirst()).get("variables");
        assertThat(lines).hasSize(96);
        for (String line : lines.subList(1, lines.size())) {
            Map<String, Object> golden = Goldens.object(line);
            String source = (String) golden.get("template");
            if (golden.containsKey("error")) {
                assertThatThrownBy(() -> render(source, variables))
                        .as(source)
                        .isInstanceOf(MoiraException.class)
                        .hasMessageStartingWith("here");
            } else {
                assertThat(render(source, variables)).as(source).isEqualTo(golden.get("text"));
            }
        }
    }

    private static String render(String source, Map<String, Object> variables) {
        return Template.parse(source, "here").render(Map.of(), variables, NOW).toString();
    }

    @Test
    void errorsNameTheLine() {
        Map<String, Object> none = Map.of();
        assertThatThrownBy(() -> render("a\n{{ b }}\n{% if c.d %}{% endif %}", none))
                .hasMessage("here, line 3: 'c' is undefined");
        assertThatThrownBy(() -> render("a\n\n{{ 'x' | nosuch }}", none))
                .hasMessageContaining("no filter is named 'nosuch'");
        assertThatThrownBy(() -> render("\n{% for x in y %}\n", none))
                .hasMessage("here, line 2: expected a block else or endfor, found the end of the template");
        assertThatThrownBy(() -> render("{{ raise_exception('Roles\nalternate') }}", none))
                .hasMessage("here, line 1: Roles\\u000aalternate");
    }
}
