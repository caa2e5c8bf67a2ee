package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimeLeftTest {
    @Test
    void ofMinutesItIsWhatIsLeftOfThemHoweverSlowTheFirstStepWas() {
        TimeLeft left = new TimeLeft(0, 95);
        assertThat(left.after(4096, 60)).isEqualTo(94 * 60);
        assertThat(left.after(8192, 61)).isEqualTo(94 * 60 - 1);
        assertThat(left.after(9000, 96 * 60)).isZero();
    }

    @Test
    void ofTokensTheSlowFirstStepIsNoMeasure() {
        TimeLeft left = new TimeLeft(10_000, 0);
        assertThat(left.after(100, 50)).isNaN();
        // From the second step on 100 tokens a second.
        assertThat(left.after(200, 51)).isCloseTo(98, within(1e-9));
        assertThat(left.after(300, 52)).isCloseTo(97, within(1e-9));
    }

    @Test
    void ofTokensTheLastMinuteCounts() {
        TimeLeft left = new TimeLeft(100_000, 0);
        long tokens = 0;
        double seconds = 0;
        for (int step = 0; step < 100; step++) {
            left.after(tokens += 100, seconds += 1);
        }
        double found = 0;
        for (int step = 0; step < 100; step++) {
            found = left.after(tokens += 50, seconds += 1);
        }
        assertThat(found).isCloseTo((100_000 - tokens) / 50.0, within(1e-9));
    }

    @Test
    void theBudgetThatEndsFirstCounts() {
        TimeLeft left = new TimeLeft(10_000, 1);
        assertThat(left.after(1000, 10)).isEqualTo(50);
        assertThat(left.after(5000, 11)).isCloseTo(1.25, within(1e-9));
    }

    @Test
    void goesOnWithATraining() {
        TimeLeft left = new TimeLeft(0, 10);
        assertThat(left.after(900_000, 540)).isEqualTo(60);
        assertThat(TimeLeft.words(60)).isEqualTo("60 s left");
        assertThat(TimeLeft.words(5700)).isEqualTo("95 min left");
        assertThat(TimeLeft.words(Double.NaN)).isEqualTo("time left not known yet");
    }
}
