package moira.routing.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayersTest {
    @Test
    void thePapersLayersOfMixtral() {
        assertThat(Layers.paper(first(32))).containsExactly(0, 15, 31);
        assertThat(Layers.paper(first(1))).containsExactly(0);
        assertThat(Layers.paper(List.of(3, 9))).containsExactly(3, 9);
    }

    @Test
    void thinningKeepsFirstMiddleAndLast() {
        for (int keep = 0; keep < 70; keep++) {
            List<Integer> thinned = Layers.thin(first(58), keep);
            assertThat(thinned).contains(0, 28, 57).isSorted().doesNotHaveDuplicates();
            assertThat(thinned.size()).isBetween(Math.min(58, Math.max(3, keep)) - 1, Math.max(3, keep + 3));
        }
        assertThat(Layers.thin(first(8), 8)).hasSize(8);
    }

    private static List<Integer> first(int n) {
        return IntStream.range(0, n).boxed().toList();
    }
}
