package moira.routing.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
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
        Path tables = createDirectories(out.resolve("tables"));
        Path spill = out.resolve("spill.tmp");
        try (DuckDb database = DuckDb.spilling(spill, memory())) {
            TraceTables.load(database, trace);
            Units units = Units.read(database);
            Bootstrap bootstrap = new Bootstrap(units, options.bootstrap(), options.seed());
            Study study = new Study(database, trace.header(), units, bootstrap, options, tables);
            Double nearTies = tables(study, !trace.router().isEmpty());
            header(study, nearTies).write(out.resolve("analysis.json"));
        } finally {
            delete(spill);
        }
    }

    private static Double tables(Study study, boolean router) {
        ExpertTables.write(study);
        Repetition.write(study);
        DomainSpecialization.write(study);
        VocabularySpecialization.write(study);
        Coactivation.write(study);
        LayerTransition.write(study);
        return router ? (Double) RouterTable.write(study) : null;
    }

    private static AnalysisHeader header(Study study, Double nearTies) {
        TraceHeader trace = study.header();
        AnalysisOptions options = study.options();
        Duplicates duplicates = Duplicates.find(study.database());
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
                duplicates.repeatedDocuments(),
                duplicates.sharedPrefixes(),
                trace.corpus().domains().stream()
                        .mapToInt(TraceHeader.Domain::skippedLines)
                        .sum(),
                nearTies,
                MoiraVersion.get());
    }

    private static List<AnalysisHeader.Domain> domains(Study study) {
        List<AnalysisHeader.Domain> domains = new ArrayList<>();
        study.database()
                .query(
                        "SELECT u.domain, COUNT(DISTINCT u.document), COUNT(DISTINCT u.unit), COUNT(*) FROM units u "
                                + "JOIN tokens t ON t.document = u.document WHERE NOT t.special "
                                + "GROUP BY u.domain ORDER BY MIN(u.unit)",
                        row -> domains.add(new AnalysisHeader.Domain(
                                row.getString(1), row.getInt(2), row.getInt(3), row.getLong(4))));
        return domains;
    }

    /** Half of the machine's, in megabytes; beyond that DuckDB goes to the disk. */
    private static long memory() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return (system.getTotalMemorySize() / 2) >> 20;
    }

    private static Path createDirectories(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new MoiraException(folder + ": cannot be made: " + e, e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
