package moira.routing.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSelectionTest {
    @Test
    void thePapersLayers() {
        assertThat(new LayerSelection("first,middle,last").of(layers(32))).isEqualTo(List.of(0, 15, 31));
        assertThat(new LayerSelection("first,middle,last").of(layers(8))).isEqualTo(List.of(0, 3, 7));
        assertThat(new LayerSelection("last, first").of(layers(1))).isEqualTo(List.of(0));
        assertThat(new LayerSelection("middle").of(layers(1))).isEqualTo(List.of(0));
    }

    /** Dense layers have nothing to choose. */
    @Test
    void onlyLayersThatRouteCount() {
        List<Integer> routed = List.of(1, 2, 4, 5);
        assertThat(LayerSelection.ALL.of(routed)).isEqualTo(routed);
        assertThat(new LayerSelection("first,middle,last").of(routed)).isEqualTo(List.of(1, 2, 5));
        assertThatThrownBy(() -> new LayerSelection("3").of(routed))
                .hasMessage("layers: expected a layer from 1 to 5 that routes, found 3");
        assertThatThrownBy(() -> LayerSelection.ALL.of(List.of()))
                .hasMessage("model: expected layers that route their tokens to experts, found a dense model");
    }

    private static List<Integer> layers(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    @Test
    void numbersAscendAndCountOnce() {
        assertThat(new LayerSelection("31,0, 15,0").of(layers(32))).isEqualTo(List.of(0, 15, 31));
        assertThat(LayerSelection.ALL.of(layers(3))).isEqualTo(List.of(0, 1, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0,", "32", "-1", "second", "1.5", "99999999999"})
    void whatIsNoLayerIsAnError(String text) {
        assertThatThrownBy(() -> new LayerSelection(text).of(layers(32)))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("layers: expected");
    }
}
