package moira.routing.analysis;

/**
 * Of the tokens whose first choice is an expert, the share whose first choice in the next traced layer is another one. Every expert of
 * the next layer has a row; an expert that was never a first choice has none.
 */
final class LayerTransition {
    private static final String COLUMNS = "layer INTEGER, next_layer INTEGER, expert INTEGER, next_expert INTEGER, "
            + "tokens DOUBLE, share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE";

    private LayerTransition() {}

    static void write(Study study) {
        try (Table table = study.table("layer_transition", COLUMNS)) {
            study.counts("layer_transition", 3, group -> add(study, table, group));
            table.write(study.tables());
        }
    }

    private static void add(Study study, Table table, Group group) {
        Tally all = study.bootstrap().tally(group.cell(Group.ALL), 0);
        for (int next = 0; next < study.experts(); next++) {
            Tally tokens = study.bootstrap().tally(group.cell(next), 0);
            table.add(
                    group.number(0),
                    group.number(1),
                    group.number(2),
                    next,
                    tokens.total(),
                    tokens.share(all),
                    tokens.interval(all),
                    Chance.first(study.experts()));
        }
    }
}
