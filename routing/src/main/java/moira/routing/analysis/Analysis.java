package moira.routing.analysis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.Folders;
import moira.routing.MoiraVersion;
import moira.routing.trace.Trace;
import moira.routing.trace.TraceHeader;

/** Makes the tables of a trace. */
public final class Analysis {
    private Analysis() {}

    /**
     * Writes {@code tables/NAME.csv}, {@code tables/NAME.parquet} and, at last, {@code analysis.json}. An incomplete trace is
     * analysed as far as it goes.
     *
     * @param path the trace's folder
     * @param out is made where it is not there
     * @throws MoiraException if the trace is damaged, or the folder cannot be written to
     */
    public static void run(Path path, Path out, AnalysisOptions options) {
        Trace trace = Trace.open(path);
        Path tables = Folders.create(out.resolve("tables"));
        Path spill = out.resolve("spill.moira-tmp");
        try (DuckDb database = DuckDb.spilling(spill)) {
            TraceTables.load(database, trace);
            Units units = Units.read(database);
            Bootstrap bootstrap = new Bootstrap(units, options.bootstrap(), options.seed());
            Study study = new Study(database, trace, units, bootstrap, options, tables);
            MissingTables missing = new MissingTables(tables);
            Double nearTies = tables(study, missing);
            header(study, nearTies, missing).write(out.resolve("analysis.json"));
        } finally {
            Folders.delete(spill);
        }
    }

    private static Double tables(Study study, MissingTables missing) {
        ExpertTables.write(study);
        boolean routing = study.trace().hasRouting();
        boolean allChoices = routing || countsAllChoices(study);
        missing.has("load", allChoices, MissingTables.FIRST_CHOICES);
        if (missing.has("domain_specialization", allChoices, MissingTables.FIRST_CHOICES)) {
            DomainSpecialization.write(study);
        }
        if (missing.has("repetition", routing, MissingTables.COUNTS)) {
            Repetition.write(study);
        }
        if (missing.has("coactivation", routing, MissingTables.COUNTS)) {
            Coactivation.write(study);
        }
        if (missing.has("layer_transition", routing, MissingTables.COUNTS)) {
            LayerTransition.write(study);
        }
        if (missing.has(
                "vocabulary_specialization",
                routing && study.trace().tokens().isPresent(),
                routing ? MissingTables.TOKENS : MissingTables.COUNTS)) {
            VocabularySpecialization.write(study);
        }
        InformationTable.write(study, RoutedTexts.LIMIT, missing);
        missing.has("divergence_pairs", study.units().domains().size() <= Divergence.MOST_PAIRED, MissingTables.PAIRS);
        boolean router = !study.trace().router().isEmpty();
        return missing.has("router", router, MissingTables.PROBABILITIES) ? (Double) RouterTable.write(study) : null;
    }

    private static boolean countsAllChoices(Study study) {
        boolean[] any = {false};
        study.database().query("SELECT 1 FROM counts WHERE choice = 0 LIMIT 1", row -> any[0] = true);
        return any[0];
    }

    private static AnalysisHeader header(Study study, Double nearTies, MissingTables missing) {
        TraceHeader trace = study.header();
        AnalysisOptions options = study.options();
        Optional<Duplicates> duplicates = study.trace().tokens().map(tokens -> Duplicates.find(study.database()));
        return new AnalysisHeader(
                trace.model().name(),
                trace.model().architecture(),
                trace.model().fingerprint(),
                trace.corpus().paths(),
                trace.experts(),
                trace.expertsPerToken(),
                trace.layers(),
                trace.modelLayers(),
                trace.complete(),
                trace.arithmetic(),
                trace.weight(),
                trace.phase(),
                domains(study),
                options.bootstrap(),
                options.vocabularyBootstrap(),
                options.permutations(),
                options.seed(),
                duplicates.map(Duplicates::repeatedDocuments).orElse(null),
                duplicates.map(Duplicates::sharedPrefixes).orElse(null),
                duplicates.map(Duplicates::examples).orElse(List.of()),
                trace.corpus().domains().stream()
                        .mapToInt(TraceHeader.Domain::skippedLines)
                        .sum(),
                nearTies,
                study.trace().hasRouting() ? IdenticalDecisions.find(study.database()) : null,
                MoiraVersion.get(),
                missing.entries(),
                trace.origin());
    }

    private static List<AnalysisHeader.Domain> domains(Study study) {
        List<AnalysisHeader.Domain> domains = new ArrayList<>();
        String sql = study.trace().tokens().isPresent()
                ? "COUNT(*) FROM units u JOIN tokens t ON t.document = u.document WHERE NOT t.special "
                : "CAST(SUM(d.tokens) AS BIGINT) FROM units u JOIN documents d ON d.document = u.document ";
        study.database()
                .query(
                        "SELECT u.domain, COUNT(DISTINCT u.document), COUNT(DISTINCT u.unit), " + sql
                                + "GROUP BY u.domain ORDER BY MIN(u.unit)",
                        row -> domains.add(new AnalysisHeader.Domain(
                                row.getString(1), row.getInt(2), row.getInt(3), row.getLong(4))));
        return domains;
    }
}
