package moira.routing.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** How evenly the assignments of a domain are spread over the experts, beside what a uniform router would give by chance. */
final class Load {
    static final String COLUMNS = "layer INTEGER, domain VARCHAR, "
            + "max_over_mean DOUBLE, coefficient_of_variation DOUBLE, entropy_bits DOUBLE, dead_experts INTEGER, "
            + "max_over_mean_ci_low DOUBLE, max_over_mean_ci_high DOUBLE, "
            + "coefficient_of_variation_ci_low DOUBLE, coefficient_of_variation_ci_high DOUBLE, "
            + "entropy_bits_ci_low DOUBLE, entropy_bits_ci_high DOUBLE, "
            + "random_max_over_mean DOUBLE, random_coefficient_of_variation DOUBLE, random_entropy_bits DOUBLE, "
            + "random_dead_experts DOUBLE";

    private final Study study;
    private final Table table;
    private final UniformLoad uniform;

    Load(Study study, Table table) {
        this.study = study;
        this.table = table;
        this.uniform =
                new UniformLoad(study.experts(), study.k(), study.options().seed());
    }

    /** @param group of layer and all choices, its cells are experts */
    void add(Group group) {
        for (int domain = 0; domain < study.units().domains().size(); domain++) {
            int of = domain;
            add(
                    group,
                    study.units().domains().get(domain),
                    study.units().size(domain),
                    rows -> study.units().of(of, rows));
        }
    }

    /** The load of all domains together, which a table names ''. */
    void addAll(Group group) {
        add(group, "", study.units().size(), rows -> rows);
    }

    private void add(Group group, String domain, int sources, UnaryOperator<List<Row>> rows) {
        List<Tally> tallies = new ArrayList<>();
        for (int expert = 0; expert < study.experts(); expert++) {
            tallies.add(study.bootstrap().tally(rows.apply(group.cell(expert)), 0));
        }
        if (tallies.stream().anyMatch(tally -> tally.total() > 0)) {
            add(group.number(0), domain, tallies, sources);
        }
    }

    private void add(int layer, String domain, List<Tally> tallies, int sources) {
        double[] counts = tallies.stream().mapToDouble(Tally::total).toArray();
        double tokens = Arrays.stream(counts).sum() / study.k();
        LoadShape shape = LoadShape.of(counts);
        LoadShape random = uniform.of(Math.round(tokens));
        int dead = (int) tallies.stream().filter(tally -> tally.total() == 0).count();
        Interval[] intervals = intervals(tallies, sources);
        table.add(
                layer,
                domain,
                shape.maxOverMean(),
                shape.variation(),
                shape.entropy(),
                dead,
                intervals[0],
                intervals[1],
                intervals[2],
                random.maxOverMean(),
                random.variation(),
                random.entropy(),
                Chance.dead(study.experts(), study.k(), tokens));
    }

    private Interval[] intervals(List<Tally> tallies, int sources) {
        if (sources < 2) {
            return new Interval[] {Interval.UNKNOWN, Interval.UNKNOWN, Interval.UNKNOWN};
        }
        int resamples = study.bootstrap().resamples();
        double[][] values = new double[3][resamples];
        for (int i = 0; i < resamples; i++) {
            int resample = i;
            LoadShape shape = LoadShape.of(tallies.stream()
                    .mapToDouble(tally -> tally.sums()[resample])
                    .toArray());
            values[0][i] = shape.maxOverMean();
            values[1][i] = shape.variation();
            values[2][i] = shape.entropy();
        }
        return new Interval[] {Interval.of(values[0]), Interval.of(values[1]), Interval.of(values[2])};
    }
}
