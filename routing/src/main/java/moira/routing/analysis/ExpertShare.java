package moira.routing.analysis;

import java.util.List;

/** An expert's share of the assignments of a domain (Mixtral of Experts, figures 7 and 9). */
final class ExpertShare {
    static final String COLUMNS = "layer INTEGER, choices VARCHAR, domain VARCHAR, expert INTEGER, assignments DOUBLE, "
            + "share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE";

    private final Study study;
    private final Table table;

    ExpertShare(Study study, Table table) {
        this.study = study;
        this.table = table;
    }

    /** @param group of layer and choice, its cells are experts */
    void add(Group group) {
        List<Row> every = group.cells().values().stream().flatMap(List::stream).toList();
        for (int domain = 0; domain < study.units().domains().size(); domain++) {
            Tally all = study.bootstrap().tally(study.units().of(domain, every), 0);
            if (all.total() > 0) {
                add(group, domain, all);
            }
        }
    }

    private void add(Group group, int domain, Tally all) {
        for (int expert = 0; expert < study.experts(); expert++) {
            Tally one = study.bootstrap().tally(study.units().of(domain, group.cell(expert)), 0);
            table.add(
                    group.number(0),
                    ExpertTables.choices(group.number(1)),
                    study.units().domains().get(domain),
                    expert,
                    one.total(),
                    one.share(all),
                    one.interval(all),
                    Chance.first(study.experts()));
        }
    }
}
