package moira.routing.analysis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Of the occurrences of a token, as input or as the one that follows, the share that an expert is chosen for (OLMoE, arXiv
 * 2409.02060, section 5.4, by any of its k choices; there by the first, which is {@code first_share}).
 */
final class VocabularySpecialization {
    private static final String COLUMNS =
            "layer INTEGER, \"by\" VARCHAR, token INTEGER, piece VARCHAR, expert INTEGER, "
                    + "assignments DOUBLE, occurrences DOUBLE, share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE, "
                    + "first_assignments DOUBLE, first_share DOUBLE";

    private VocabularySpecialization() {}

    static void write(Study study) {
        Map<Integer, String> pieces = new HashMap<>();
        study.database()
                .query("SELECT DISTINCT token, piece FROM tokens", row -> pieces.put(row.getInt(1), row.getString(2)));
        try (Table table = study.table("vocabulary_specialization", COLUMNS)) {
            study.counts("vocabulary_specialization", 3, group -> add(study, table, pieces, group));
            table.write(study.tables());
        }
    }

    private static void add(Study study, Table table, Map<Integer, String> pieces, Group group) {
        int resamples = study.options().vocabularyBootstrap();
        Tally all = study.bootstrap().tally(group.cell(Group.ALL), 0, resamples);
        group.cells().forEach((expert, rows) -> {
            if (expert != Group.ALL) {
                Tally one = study.bootstrap().tally(rows, 0, resamples);
                double first = sum(rows, 1);
                table.add(
                        group.number(0),
                        group.keys().get(1),
                        group.number(2),
                        pieces.get(group.number(2)),
                        expert,
                        one.total(),
                        all.total(),
                        one.share(all),
                        one.interval(all),
                        Chance.chosen(study.experts(), study.k()),
                        first,
                        first / all.total());
            }
        });
    }

    private static double sum(List<Row> rows, int value) {
        return rows.stream().mapToDouble(row -> row.values()[value]).sum();
    }
}
