package moira.engine.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WidthTest {
    @ParameterizedTest
    @CsvSource({"64, 128", "128, 128", "256, 256", "512, 512", "1024, 512", "2048, 512"})
    void theMachinesWidthIsTakenAsFarAsAPanelGoes(int preferred, int bits) {
        assertThat(Width.species(null, preferred).vectorBitSize()).isEqualTo(bits);
    }

    @Test
    void whatIsAskedForIsTaken() {
        assertThat(Width.species("128", 512).vectorBitSize()).isEqualTo(128);
        assertThat(Width.species("512", 128).vectorBitSize()).isEqualTo(512);
    }

    @ParameterizedTest
    @ValueSource(strings = {"64", "1024", "wide", ""})
    void anythingElseIsNamed(String asked) {
        assertThatThrownBy(() -> Width.species(asked, 512))
                .isInstanceOf(MoiraException.class)
                .hasMessage("moira.vectorBits: expected 128, 256 or 512, found " + asked);
    }
}
