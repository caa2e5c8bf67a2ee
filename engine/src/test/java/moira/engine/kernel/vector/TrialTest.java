package moira.engine.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class TrialTest {
    private static final int RUNS = 20_000;

    @Test
    void theFasterWayDoesNearlyAllRuns() {
        assertThat(secondOf(new Trial(), RUNS, () -> 100, () -> 90)).isGreaterThan(0.9);
        assertThat(secondOf(new Trial(), RUNS, () -> 90, () -> 100)).isLessThan(0.1);
    }

    @Test
    void pairsThatSomethingElseDisturbedDoNotDecide() {
        Random random = new Random(1);
        LongSupplier disturbance = () -> random.nextInt(5) == 0 ? random.nextLong(100_000) : 0;
        double second =
                secondOf(new Trial(), RUNS, () -> 100 + disturbance.getAsLong(), () -> 80 + disturbance.getAsLong());
        assertThat(second).isGreaterThan(0.9);
    }

    @Test
    void whatChangesIsFoundOut() {
        Trial trial = new Trial();
        secondOf(trial, RUNS, () -> 100, () -> 90);
        secondOf(trial, RUNS, () -> 90, () -> 100);
        assertThat(secondOf(trial, RUNS, () -> 90, () -> 100)).isLessThan(0.1);
    }

    @Test
    void aFirstRunThatIsAlwaysSlowerFavoursNeither() {
        Trial trial = new Trial();
        int[] run = {0};
        LongSupplier took = () -> run[0]++ % 2 == 0 ? 200 : 100;
        int seconds = 0;
        while (trial.isTrial()) {
            seconds += trial.second() ? 1 : 0;
            trial.took(took.getAsLong());
        }
        assertThat(seconds).isEqualTo(run[0] / 2);
        assertThat(trial.second()).isFalse();
    }

    /** Which part of so many runs went the second way. */
    private static double secondOf(Trial trial, int runs, LongSupplier first, LongSupplier second) {
        int seconds = 0;
        for (int i = 0; i < runs; i++) {
            if (trial.second()) {
                seconds++;
                trial.took(second.getAsLong());
            } else {
                trial.took(first.getAsLong());
            }
        }
        return (double) seconds / runs;
    }
}
