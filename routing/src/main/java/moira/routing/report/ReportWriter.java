package moira.routing.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.routing.result.Columns;
import moira.routing.result.PermutationTests;
import moira.routing.result.Run;
import moira.routing.result.Tables;
import moira.routing.training.TrainingHistory;
import tools.jackson.databind.JsonNode;

/** Draws an analysis as one self-contained HTML file that needs no network. */
public final class ReportWriter {
    private ReportWriter() {}

    /**
     * Writes the report; an older one is replaced only when the new one is whole.
     *
     * @param trace the trace's folder: its tokens and routing are read for the passages, where it has them
     * @param analysisFolder a folder with {@code analysis.json}, {@code verdict.json} and {@code tables/}
     * @param html the file to write
     * @throws MoiraException if the analysis cannot be read or the file cannot be written
     */
    public static void write(Path trace, Path analysisFolder, Path html) {
        write(trace, analysisFolder, html, Optional.empty());
    }

    /** The same, with the history of the model's training. */
    public static void write(Path trace, Path analysisFolder, Path html, Optional<TrainingHistory> training) {
        Run run = Run.read(analysisFolder);
        Map<String, Object> data = data(trace, analysisFolder, run);
        training.ifPresent(history -> TrainingPage.add(history, data));
        Page.REPORT.write(html, "Expert routing of " + run.model(), data);
    }

    private static Map<String, Object> data(Path trace, Path analysisFolder, Run run) {
        Optional<JsonNode> verdict = Run.verdict(analysisFolder);
        try (Tables tables = Tables.open(trace, analysisFolder)) {
            Findings findings = Findings.of(tables);
            ReportTables reportTables = ReportTables.of(tables, run);
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("run", run.analysis());
            data.put("paper_layers", Layers.paper(run.layers()));
            data.put("verdict", verdict.orElse(null));
            data.put("first_token", FirstToken.of(tables));
            data.put("summary", Summary.of(run, findings));
            data.put("limits", Limits.of(run, verdict));
            data.put("drawn_domains", ReportTables.domains(run));
            data.put("cuts", reportTables.cuts());
            data.put("tables", reportTables.encoded());
            data.put(
                    "holm",
                    Map.of("either", corrected(tables, run, "either"), "first", corrected(tables, run, "first")));
            data.put("binding", binding(findings.binding()));
            data.put("passages", Passages.of(tables, run));
            return data;
        }
    }

    /** By layer, the corrected p-value of the domains' divergence; none where it could not be tested. */
    private static Map<Integer, Object> corrected(Tables tables, Run run, String choices) {
        List<Findings.Divergence> layers = Findings.divergence(tables, choices);
        if (PermutationTests.smallestP(run.sourcesByDomain(), run.permutations()) > PermutationTests.LEVEL) {
            return Map.of();
        }
        double[] adjusted = Findings.corrected(layers, run).p();
        Map<Integer, Object> byLayer = new LinkedHashMap<>();
        for (int i = 0; i < adjusted.length; i++) {
            byLayer.put(layers.get(i).layer(), Columns.round(adjusted[i]));
        }
        return byLayer;
    }

    private static List<Map<String, Object>> binding(List<Binding> bindings) {
        return bindings.stream()
                .map(b -> Map.of(
                        "layer", b.layer(),
                        "by", b.by(),
                        "tokens", b.tokens(),
                        "share", Columns.round(b.share()),
                        "chance", Columns.round(b.chance()),
                        "chance_p95", Columns.round(b.chanceP95())))
                .toList();
    }
}
