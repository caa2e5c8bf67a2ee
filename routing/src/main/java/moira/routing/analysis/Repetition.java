package moira.routing.analysis;

import java.util.List;

/** How often consecutive tokens of a window go to the same expert (Mixtral of Experts, table 5 and figure 10). */
final class Repetition {
    private static final String COLUMNS = "layer INTEGER, domain VARCHAR, pairs DOUBLE, "
            + "\"first\" DOUBLE, \"any\" DOUBLE, overlap DOUBLE, "
            + "random_first DOUBLE, random_any DOUBLE, random_overlap DOUBLE, "
            + "first_ci_low DOUBLE, first_ci_high DOUBLE, any_ci_low DOUBLE, any_ci_high DOUBLE";

    private Repetition() {}

    static void write(Study study) {
        try (Table table = study.table("repetition", COLUMNS)) {
            study.counts("repetition", 1, group -> {
                for (int domain = 0; domain < study.units().domains().size(); domain++) {
                    add(study, table, group, domain);
                }
            });
            table.write(study.tables());
        }
    }

    private static void add(Study study, Table table, Group group, int domain) {
        List<Row> rows = study.units().of(domain, group.cell(Group.ALL));
        Tally pairs = study.bootstrap().tally(rows, 0);
        Tally first = study.bootstrap().tally(rows, 1);
        Tally any = study.bootstrap().tally(rows, 2);
        Tally common = study.bootstrap().tally(rows, 3);
        table.add(
                group.number(0),
                study.units().domains().get(domain),
                pairs.total(),
                first.share(pairs),
                any.share(pairs),
                common.share(pairs) / study.k(),
                Chance.first(study.experts()),
                Chance.any(study.experts(), study.k()),
                Chance.chosen(study.experts(), study.k()),
                first.interval(pairs),
                any.interval(pairs));
    }
}
