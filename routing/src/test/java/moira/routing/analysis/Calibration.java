package moira.routing.analysis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import moira.routing.information.Choices;
import moira.routing.information.Estimate;
import moira.routing.information.Information;
import moira.routing.information.Quantity;

/**
 * Whether the figures of the table {@code information} mean what they say: over many planted traces, how often a test at 5 % fires and an
 * interval of 95 % holds the truth. Started by {@code bin/calibration [runs [seed]]}.
 */
final class Calibration {
    private static final int PERMUTATIONS = 199;
    private static final int RESAMPLES = 400;

    static final List<PlantedRouting> CASES = List.of(
            new PlantedRouting("no effect", 0, 0, 0, 0, 0),
            new PlantedRouting("documents differ", 0, 0, 0, 0.15, 0),
            new PlantedRouting("topic", 0.15, 0, 0, 0, 0),
            new PlantedRouting("vocabulary", 0, 0.3, 0, 0, 0.8),
            new PlantedRouting("neighbour", 0, 0, 0.25, 0, 0),
            new PlantedRouting("vocabulary, documents", 0, 0.3, 0, 0.15, 0.8),
            new PlantedRouting("all", 0.15, 0.2, 0.15, 0.1, 0.5));

    private Calibration() {}

    /** What became of a quantity. */
    static final class Outcome {
        final double truth;
        int runs;
        int fired;
        int covered;
        double sum;
        double squares;
        double width;

        Outcome(double truth) {
            this.truth = truth;
        }

        /** Of the corrected bits over the runs. */
        double deviation() {
            return Math.sqrt(Math.max(squares / runs - (sum / runs) * (sum / runs), 0));
        }

        /** That an interval of a normal estimate would stand for. */
        double claimed() {
            return width / runs / (2 * 1.96);
        }

        void add(Estimate estimate) {
            Interval interval = Interval.of(estimate.resampled());
            runs++;
            fired += estimate.pValue() <= 0.05 ? 1 : 0;
            covered += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
            sum += estimate.correctedBits();
            squares += estimate.correctedBits() * estimate.correctedBits();
            width += interval.high() - interval.low();
        }
    }

    /** The outcomes of so many runs, whose seeds follow on each other. */
    static Map<Quantity, Outcome> run(PlantedRouting routing, boolean either, int runs, long seed) {
        Map<Quantity, Outcome> outcomes = new EnumMap<>(Quantity.class);
        PlantedTruth.of(routing, either).forEach((quantity, truth) -> outcomes.put(quantity, new Outcome(truth)));
        List<List<Estimate>> all = IntStream.range(0, runs)
                .parallel()
                .mapToObj(run -> measure(routing.draw(seed + run), either, seed + run))
                .toList();
        all.forEach(estimates ->
                estimates.forEach(estimate -> outcomes.get(estimate.quantity()).add(estimate)));
        return outcomes;
    }

    private static List<Estimate> measure(PlantedRouting.Sample sample, boolean either, long seed) {
        List<String> names = new ArrayList<>();
        List<Integer> firsts = new ArrayList<>(List.of(0));
        for (int domain = 0; domain < PlantedRouting.DOMAINS; domain++) {
            names.add("domain " + domain);
            firsts.add((domain + 1) * PlantedRouting.SOURCES);
        }
        Units units = new Units(names, firsts);
        Choices first = sample.choices().first();
        return new Information(sample.texts(), PERMUTATIONS, seed)
                .measure(
                        either ? sample.choices() : first,
                        first,
                        PERMUTATIONS,
                        InformationTable.resamples(units, new Bootstrap(units, RESAMPLES, seed)));
    }

    static void main(String[] arguments) {
        int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        System.out.printf(
                "%-22s %-7s %-16s %9s %9s %9s %9s %9s %9s%n",
                "planted", "choices", "quantity", "truth", "mean", "deviates", "claimed", "covered", "fired");
        for (PlantedRouting routing : CASES) {
            for (boolean either : new boolean[] {false, true}) {
                run(routing, either, runs, seed)
                        .forEach((quantity, outcome) -> System.out.printf(
                                "%-22s %-7s %-16s %9.5f %9.5f %9.5f %9.5f %7.1f %% %7.1f %%%n",
                                routing.name(),
                                either ? "either" : "first",
                                quantity,
                                outcome.truth,
                                outcome.sum / runs,
                                outcome.deviation(),
                                outcome.claimed(),
                                100.0 * outcome.covered / runs,
                                100.0 * outcome.fired / runs));
            }
        }
    }
}
