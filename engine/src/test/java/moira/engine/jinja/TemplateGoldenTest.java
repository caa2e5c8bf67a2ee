package moira.engine.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the template machinery of the transformers library renders, or the error that a template raises, to the character. */
class TemplateGoldenTest {
    static List<Goldens.Golden> own() {
        return Goldens.own();
    }

    static List<Goldens.Golden> ofModels() {
        return Goldens.ofModels();
    }

    @ParameterizedTest
    @MethodSource("own")
    void rendersOurOwnTemplates(Goldens.Golden golden) {
        assertThat(golden.conversations()).hasSizeGreaterThan(20);
        compare(golden);
    }

    @ParameterizedTest
    @MethodSource("ofModels")
    void rendersTheTemplatesOfModels(Goldens.Golden golden) {
        assertThat(golden.conversations()).hasSizeGreaterThanOrEqualTo(48);
        compare(golden);
    }

    @Test
    void allModelsAreThere() {
        assertThat(Goldens.own()).hasSize(3);
        assertThat(Goldens.ofModels()).hasSize(17);
    }

    private static void compare(Goldens.Golden golden) {
        Template template = Template.parse(golden.source(), golden.name());
        for (Map<String, Object> conversation : golden.conversations()) {
            if (conversation.get("error") instanceof String error) {
                assertThatThrownBy(() -> Goldens.render(template, conversation))
                        .as(conversation.toString())
                        .isInstanceOf(MoiraException.class)
                        .hasMessageStartingWith(golden.name() + ", line ")
                        .hasMessageEndingWith(": " + error);
            } else {
                assertThat(Goldens.render(template, conversation).toString())
                        .as(conversation.toString())
                        .isEqualTo(conversation.get("text"));
            }
        }
    }
}
