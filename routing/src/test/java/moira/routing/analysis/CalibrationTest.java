package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import moira.routing.information.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short run of what {@code bin/calibration} prints. Of 60 tests that fire with probability 7 % (the most allowed) 15 or more do so with
 * probability 1.2e-5; of 60 intervals that hold the truth with 90 %, 40 or fewer do with 8e-7.
 */
class CalibrationTest {
    private static final int RUNS = 60;
    private static final int MOST_FIRED = 14;
    private static final int LEAST_COVERED = 41;

    static Stream<PlantedRouting> cases() {
        return Calibration.CASES.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void testsFireAsOftenAsTheySayAndIntervalsHoldTheTruth(PlantedRouting routing) {
        for (boolean either : new boolean[] {false, true}) {
            Map<Quantity, Calibration.Outcome> outcomes = Calibration.run(routing, either, RUNS, 77_000);
            outcomes.forEach((quantity, outcome) -> {
                String name = routing.name() + " " + either + " " + quantity;
                assertThat(outcome.runs).as(name).isEqualTo(RUNS);
                assertThat(outcome.covered).as(name + " covered").isGreaterThanOrEqualTo(LEAST_COVERED);
                if (quantity != Quantity.ENTROPY && Math.abs(outcome.truth) < 1e-9) {
                    assertThat(outcome.fired).as(name + " fired").isLessThanOrEqualTo(MOST_FIRED);
                }
                if (outcome.truth > 0.02 && quantity != Quantity.ENTROPY) {
                    assertThat(outcome.fired).as(name + " found").isEqualTo(RUNS);
                }
            });
        }
    }
}
