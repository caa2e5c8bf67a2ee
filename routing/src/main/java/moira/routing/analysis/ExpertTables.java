package moira.routing.analysis;

import java.util.List;

/** The three tables that are made of the assignments of every expert: {@code expert_share}, {@code load}, {@code divergence}. */
final class ExpertTables {
    private static final String[] CHOICES = {"either", "first", "second", "third"};

    private ExpertTables() {}

    /** Where counts do not cover all choices, {@code load} has no rows. */
    static void write(Study study) {
        try (Table shares = study.table("expert_share", ExpertShare.COLUMNS);
                Table load = study.table("load", Load.COLUMNS);
                Table divergence = study.table("divergence", Divergence.COLUMNS)) {
            ExpertShare expertShare = new ExpertShare(study, shares);
            Load loads = new Load(study, load);
            Divergence divergences = new Divergence(study, divergence);
            study.counts(study.trace().hasRouting() ? "expert_share" : "counted_expert_share", 2, group -> {
                int choice = group.number(1);
                expertShare.add(group);
                if (choice == 0) {
                    loads.add(group);
                }
                if (choice <= 1) {
                    divergences.add(group);
                }
            });
            for (Table table : List.of(shares, load, divergence)) {
                table.write(study.tables());
            }
        }
    }

    /** The name of a choice: 0 is all of them. */
    static String choices(int choice) {
        return choice < CHOICES.length ? CHOICES[choice] : choice + "th";
    }
}
