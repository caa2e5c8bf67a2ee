package moira.routing.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PermutationTestsTest {
    @Test
    void holmStepsDownAndNeverDecreases() {
        assertThat(PermutationTests.holm(new double[] {0.01, 0.04, 0.03, 0.005}))
                .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
        assertThat(PermutationTests.holm(new double[] {0.9, 0.8})).containsExactly(1, 1);
    }

    @Test
    void benjaminiHochbergStepsUpAndNeverDecreases() {
        // Sorted 0.005, 0.01, 0.03, 0.04: times 4/1, 4/2, 4/3, 4/4, and the least from there on.
        assertThat(PermutationTests.benjaminiHochberg(new double[] {0.01, 0.04, 0.03, 0.005}))
                .containsExactly(new double[] {0.02, 0.04, 0.04, 0.02}, within(1e-12));
        assertThat(PermutationTests.benjaminiHochberg(new double[] {0.005, 0.005, 0.005}))
                .containsExactly(new double[] {0.005, 0.005, 0.005}, within(1e-12));
        assertThat(PermutationTests.benjaminiHochberg(new double[] {1, 0.9})).containsExactly(1, 1);
    }

    @Test
    void holmNeedsPermutations() {
        assertThat(PermutationTests.holmCanReject(10, 199)).isTrue();
        assertThat(PermutationTests.holmCanReject(11, 199)).isFalse();
    }

    @Test
    void smallestPIsLimitedByPermutationsOrByDocuments() {
        assertThat(PermutationTests.smallestP(new int[] {20, 20}, 999)).isCloseTo(0.001, within(1e-12));
        // Two domains of three documents: 6!/(3! 3!) = 20 labellings, 10 of them different.
        assertThat(PermutationTests.smallestP(new int[] {3, 3}, 999)).isCloseTo(0.1, within(1e-12));
        assertThat(PermutationTests.smallestP(new int[] {1, 2}, 999)).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(PermutationTests.smallestP(new int[] {1, 1, 1}, 999)).isCloseTo(1, within(1e-12));
    }
}
