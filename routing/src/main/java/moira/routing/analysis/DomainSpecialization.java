package moira.routing.analysis;

/** The share of a domain's tokens that an expert is chosen for (OLMoE, arXiv 2409.02060, section 5.3). */
final class DomainSpecialization {
    private static final String COLUMNS = "layer INTEGER, domain VARCHAR, expert INTEGER, tokens DOUBLE, "
            + "domain_tokens DOUBLE, share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE";

    private DomainSpecialization() {}

    static void write(Study study) {
        try (Table table = study.table("domain_specialization", COLUMNS)) {
            study.counts(
                    study.trace().hasRouting() ? "domain_specialization" : "counted_domain_specialization",
                    1,
                    group -> {
                        for (int domain = 0; domain < study.units().domains().size(); domain++) {
                            add(study, table, group, domain);
                        }
                    });
            table.write(study.tables());
        }
    }

    private static void add(Study study, Table table, Group group, int domain) {
        Tally all = study.bootstrap().tally(study.units().of(domain, group.cell(Group.ALL)), 0);
        if (all.total() == 0) {
            return;
        }
        for (int expert = 0; expert < study.experts(); expert++) {
            Tally one = study.bootstrap().tally(study.units().of(domain, group.cell(expert)), 0);
            table.add(
                    group.number(0),
                    study.units().domains().get(domain),
                    expert,
                    one.total(),
                    all.total(),
                    one.share(all),
                    one.interval(all),
                    Chance.chosen(study.experts(), study.k()));
        }
    }
}
