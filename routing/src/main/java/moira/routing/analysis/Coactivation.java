package moira.routing.analysis;

/**
 * Of the tokens that an expert is chosen for, the share that another is chosen for too (OLMoE, arXiv 2409.02060, section 5.2), over
 * all pairs of a token's experts. Every other expert has a row; an expert that was never chosen has none.
 */
final class Coactivation {
    private static final String COLUMNS =
            "layer INTEGER, expert INTEGER, other INTEGER, together DOUBLE, tokens DOUBLE, "
                    + "share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE";

    private Coactivation() {}

    static void write(Study study) {
        try (Table table = study.table("coactivation", COLUMNS)) {
            study.counts("coactivation", 2, group -> add(study, table, group));
            table.write(study.tables());
        }
    }

    private static void add(Study study, Table table, Group group) {
        Tally tokens = study.bootstrap().tally(group.cell(Group.ALL), 0);
        for (int other = 0; other < study.experts(); other++) {
            if (other != group.number(1)) {
                Tally together = study.bootstrap().tally(group.cell(other), 0);
                table.add(
                        group.number(0),
                        group.number(1),
                        other,
                        together.total(),
                        tokens.total(),
                        together.share(tokens),
                        together.interval(tokens),
                        Chance.together(study.experts(), study.k()));
            }
        }
    }
}
