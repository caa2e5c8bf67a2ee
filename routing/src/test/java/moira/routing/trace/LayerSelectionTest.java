package moira.routing.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSelectionTest {
    @Test
    void thePapersLayers() {
        assertThat(new LayerSelection("first,middle,last").of(32)).isEqualTo(List.of(0, 15, 31));
        assertThat(new LayerSelection("first,middle,last").of(8)).isEqualTo(List.of(0, 3, 7));
        assertThat(new LayerSelection("last, first").of(1)).isEqualTo(List.of(0));
        assertThat(new LayerSelection("middle").of(1)).isEqualTo(List.of(0));
    }

    @Test
    void numbersAscendAndCountOnce() {
        assertThat(new LayerSelection("31,0, 15,0").of(32)).isEqualTo(List.of(0, 15, 31));
        assertThat(LayerSelection.ALL.of(3)).isEqualTo(List.of(0, 1, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0,", "32", "-1", "second", "1.5", "99999999999"})
    void whatIsNoLayerIsAnError(String text) {
        assertThatThrownBy(() -> new LayerSelection(text).of(32))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("layers: expected");
    }
}
