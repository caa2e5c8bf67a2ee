package moira.routing.analysis;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import moira.routing.JsonFile;
import moira.routing.trace.TraceHeader;

/**
 * What {@code analysis.json} says: what was analysed, how, and which traps were found.
 *
 * @param corpus the paths it was read from
 * @param complete whether the trace is; the tables of an incomplete one are about what was recorded
 * @param repeatedDocuments null where the trace has no tokens, as are the shared prefixes
 * @param duplicates examples of repeated documents and shared prefixes
 * @param nearTies share of the router's decisions with a margin below 1e-3; null where it was not recorded
 * @param identicalDecisions null where no decision has equal weights
 * @param missing the tables that the trace does not suffice for
 * @param origin of a trace that was imported; else null
 */
record AnalysisHeader(
        String model,
        String architecture,
        String fingerprint,
        List<String> corpus,
        int experts,
        int expertsPerToken,
        List<Integer> layers,
        int modelLayers,
        boolean complete,
        String arithmetic,
        String weight,
        String phase,
        List<Domain> domains,
        int bootstrap,
        int vocabularyBootstrap,
        int permutations,
        long seed,
        Integer repeatedDocuments,
        Integer sharedPrefixes,
        List<Duplicates.Example> duplicates,
        int skippedLines,
        Double nearTies,
        @JsonInclude(JsonInclude.Include.NON_NULL) IdenticalDecisions identicalDecisions,
        String moiraVersion,
        List<MissingTables.Entry> missing,
        @JsonInclude(JsonInclude.Include.NON_NULL) TraceHeader.Origin origin) {
    /**
     * What was recorded of a domain.
     *
     * @param documents windows that were run
     * @param tokens of the text, without BOS
     */
    record Domain(String domain, int documents, int sources, long tokens) {}

    void write(Path file) {
        JsonFile.write(file, this);
    }
}
