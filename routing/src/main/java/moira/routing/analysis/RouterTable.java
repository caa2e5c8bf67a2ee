package moira.routing.analysis;

import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;

/** How sure the router is: entropy of its probabilities, and the margin between the last chosen and the first refused expert. */
final class RouterTable {
    private static final String COLUMNS = "layer INTEGER, domain VARCHAR, decisions DOUBLE, "
            + "mean_entropy DOUBLE, mean_margin DOUBLE, near_tie_share DOUBLE, "
            + "mean_entropy_ci_low DOUBLE, mean_entropy_ci_high DOUBLE, "
            + "mean_margin_ci_low DOUBLE, mean_margin_ci_high DOUBLE, "
            + "near_tie_share_ci_low DOUBLE, near_tie_share_ci_high DOUBLE, random_entropy DOUBLE";

    private RouterTable() {}

    /** Writes the table, and gives the share of near ties among all decisions. */
    static double write(Study study) {
        DoubleAdder decisions = new DoubleAdder();
        DoubleAdder ties = new DoubleAdder();
        try (Table table = study.table("router", COLUMNS)) {
            study.counts("router", 1, group -> {
                group.cell(Group.ALL).forEach(row -> {
                    decisions.add(row.values()[0]);
                    ties.add(row.values()[3]);
                });
                for (int domain = 0; domain < study.units().domains().size(); domain++) {
                    add(study, table, group, domain);
                }
            });
            table.write(study.tables());
        }
        return ties.sum() / decisions.sum();
    }

    private static void add(Study study, Table table, Group group, int domain) {
        List<Row> rows = study.units().of(domain, group.cell(Group.ALL));
        Tally decisions = study.bootstrap().tally(rows, 0);
        Tally entropy = study.bootstrap().tally(rows, 1);
        Tally margin = study.bootstrap().tally(rows, 2);
        Tally ties = study.bootstrap().tally(rows, 3);
        table.add(
                group.number(0),
                study.units().domains().get(domain),
                decisions.total(),
                entropy.share(decisions),
                margin.share(decisions),
                ties.share(decisions),
                entropy.interval(decisions),
                margin.interval(decisions),
                ties.interval(decisions),
                Math.log(study.experts()) / Math.log(2));
    }
}
