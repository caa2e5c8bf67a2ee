package moira.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;

/** The engine alone has no accelerator, and asks for none. */
class AcceleratorsTest {
    @Test
    void withoutTheModuleThereIsNone() {
        assertThat(Accelerators.find()).isEmpty();
        assertThat(ModelOptions.defaults().accelerator()).isNull();
    }

    @Test
    void whoInsistsIsToldWhatIsMissing() {
        assertThatThrownBy(Accelerators::required)
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("expected an accelerator's module on the class path")
                .hasMessageContaining("found none");
    }
}
