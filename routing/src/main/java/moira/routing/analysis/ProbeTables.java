package moira.routing.analysis;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.Folders;
import moira.routing.information.Quantity;
import moira.routing.trace.Trace;

/** The tables that are followed over a training, of one probe: held-out texts routed by the model of a moment. */
public final class ProbeTables {
    /** Those that a verdict weighs, and the domain alone. */
    private static final Set<Quantity> FOLLOWED =
            EnumSet.of(Quantity.TOKEN, Quantity.DOMAIN, Quantity.DOMAIN_GIVEN_TOKEN, Quantity.PREVIOUS_CHOICE);

    private ProbeTables() {}

    /**
     * Writes {@code tables/NAME.csv} and {@code .parquet} of {@code divergence} (all domains), {@code expert_share}, {@code
     * information} (first choices), {@code load} (all domains together), {@code repetition} and {@code saturation}.
     *
     * @param last the last probe, of the same texts, which saturation is held against
     * @param out the folder
     * @throws MoiraException if a trace is damaged, or the two are not of the same texts and shape
     */
    public static void write(Trace trace, Trace last, Path out, AnalysisOptions options) {
        requireAlike(trace, last);
        Path tables = Folders.create(out.resolve("tables"));
        Path spill = out.resolve("spill.moira-tmp");
        try (DuckDb database = DuckDb.spilling(spill)) {
            TraceTables.load(database, trace);
            database.execute("CREATE VIEW last_routing AS SELECT * FROM " + DuckDb.parquet(last.routing()));
            Units units = Units.read(database);
            Bootstrap bootstrap = new Bootstrap(units, options.bootstrap(), options.seed());
            Study study = new Study(database, trace, units, bootstrap, options, tables);
            experts(study);
            Repetition.write(study);
            InformationTable.writeFirst(study, RoutedTexts.LIMIT, FOLLOWED);
            Saturation.write(study);
        } finally {
            Folders.delete(spill);
        }
    }

    private static void experts(Study study) {
        try (Table shares = study.table("expert_share", ExpertShare.COLUMNS);
                Table load = study.table("load", Load.COLUMNS);
                Table divergence = study.table("divergence", Divergence.COLUMNS)) {
            ExpertShare expertShare = new ExpertShare(study, shares);
            Load loads = new Load(study, load);
            Divergence divergences = new Divergence(study, divergence);
            study.counts("expert_share", 2, group -> {
                int choice = group.number(1);
                if (choice <= 1) {
                    expertShare.add(group);
                }
                if (choice == 0) {
                    loads.addAll(group);
                    divergences.addAll(group);
                }
            });
            for (Table table : List.of(shares, load, divergence)) {
                table.write(study.tables());
            }
        }
    }

    private static void requireAlike(Trace trace, Trace last) {
        if (!trace.hasRouting() || !last.hasRouting()) {
            throw MoiraException.expected(trace.folder().toString(), "the routing of every token", "counts");
        }
        require(
                trace,
                "texts",
                last.header().corpus().fingerprint(),
                trace.header().corpus().fingerprint());
        require(trace, "layers", last.header().layers(), trace.header().layers());
        require(trace, "experts", last.header().experts(), trace.header().experts());
        require(
                trace,
                "experts of a token",
                last.header().expertsPerToken(),
                trace.header().expertsPerToken());
    }

    private static void require(Trace trace, String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw MoiraException.expected(
                    trace.folder().toString(), what + " as in the last probe, " + expected, found);
        }
    }
}
