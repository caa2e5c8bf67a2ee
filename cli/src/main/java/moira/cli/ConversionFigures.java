package moira.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import moira.engine.conversion.ConversionReport;
import moira.routing.fidelity.Fidelity;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a conversion wrote and lost, as text and as JSON.
 *
 * @param fidelity null where nothing was compared
 */
record ConversionFigures(ConversionReport report, Fidelity fidelity) {
    String table() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%-16s %-11s %14s %14s %11s %10s%n",
                "tensors",
                "format",
                "values",
                "bytes",
                "bits/value",
                "error (*)");
        for (ConversionReport.Kind kind : report.kinds()) {
            row(text, kind);
        }
        row(text, report.all());
        text.append("(*) root mean square of the differences over that of the values\n");
        if (fidelity != null) {
            compared(text);
        }
        return text.toString();
    }

    private static void row(StringBuilder text, ConversionReport.Kind kind) {
        line(
                text,
                "%-16s %-11s %,14d %,14d %11.3f %10.5f%n",
                kind.name(),
                kind.format(),
                kind.values(),
                kind.bytes(),
                kind.bitsPerWeight(),
                kind.relativeError());
    }

    private void compared(StringBuilder text) {
        line(text, "%ncompared on %,d tokens:%n", fidelity.tokens());
        line(
                text,
                "another set of experts in %.2f %% of the decisions (by layer: %s)%n",
                100 * fidelity.otherSetOfAll(),
                percents(fidelity.otherSet()));
        line(
                text,
                "log-probability of a token %.4f in the mean, %.4f in the source (%+.4f); absolute difference %.4f%n",
                fidelity.converted(),
                fidelity.source(),
                fidelity.converted() - fidelity.source(),
                fidelity.difference());
    }

    private static String percents(List<Double> shares) {
        return String.join(
                " ",
                shares.stream()
                        .map(share -> String.format(Locale.ROOT, "%.1f", 100 * share))
                        .toList());
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }

    String json() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("file_bytes", report.fileBytes());
        List<Map<String, Object>> kinds = new ArrayList<>();
        report.kinds().forEach(kind -> kinds.add(kind(kind)));
        figures.put("kinds", kinds);
        figures.put("all", kind(report.all()));
        if (fidelity != null) {
            figures.put("compared", compared());
        }
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(figures)
                + "\n";
    }

    private static Map<String, Object> kind(ConversionReport.Kind kind) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", kind.name());
        figures.put("format", kind.format());
        figures.put("values", kind.values());
        figures.put("bytes", kind.bytes());
        figures.put("relative_error", kind.relativeError());
        return figures;
    }

    private Map<String, Object> compared() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("tokens", fidelity.tokens());
        figures.put("other_set", fidelity.otherSet());
        figures.put("other_first", fidelity.otherFirst());
        figures.put("source_log_probability", fidelity.source());
        figures.put("converted_log_probability", fidelity.converted());
        figures.put("absolute_difference", fidelity.difference());
        return figures;
    }
}
