package moira.routing.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.io.Replacement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts a page together: shell, parts, styles, chart libraries, our scripts, the charts' specifications and the data.
 *
 * @param kicker what kind of page it is
 * @param parts of the main element
 * @param scripts in the order in which they run, as one module
 * @param specifications of charts
 */
public record Page(String kicker, List<String> parts, List<String> scripts, List<String> specifications) {
    /** The report of one analysis. */
    public static final Page REPORT = new Page(
            "routing report",
            List.of("summary", "verdict", "report", "training"),
            List.of(
                    "data",
                    "tables",
                    "dom",
                    "theme",
                    "charts",
                    "figures",
                    "details",
                    "verdict",
                    "traps",
                    "passages",
                    "passage-svg",
                    "repetition",
                    "training",
                    "live",
                    "page"),
            List.of("share", "lines", "divergence", "matrix", "words", "binding", "terms", "classes", "course"));

    /** A training over its steps. */
    public static final Page TRAINING = new Page(
            "routing while it forms",
            List.of("training-summary", "training"),
            List.of("training-data", "tables", "dom", "theme", "charts", "training", "live", "training-page"),
            List.of("course", "share"));

    /** Several analyses side by side. */
    public static final Page COMPARISON = new Page(
            "models compared",
            List.of("compare"),
            List.of("compare-data", "tables", "dom", "theme", "charts", "compare", "live", "compare-page"),
            List.of("depth"));

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");
    private static final List<String> STYLES = List.of("page", "passages");

    /**
     * Writes the page; an older one is replaced only when the new one is whole.
     *
     * @throws MoiraException if the file cannot be written
     */
    public void write(Path html, String title, Map<String, Object> data) {
        Replacement.write(html, render(title, data));
    }

    private String render(String title, Map<String, Object> data) {
        Map<String, String> slots = Map.of(
                "title", text(title),
                "kicker", kicker,
                "main", join(parts, "html"),
                "style", join(STYLES, "css"),
                "vega", Scripts.webjar("vega", "vega.min.js"),
                "vegalite", Scripts.webjar("vega-lite", "vega-lite.min.js"),
                "specifications", json(specificationsByName()),
                "data", json(data),
                "script", join(scripts, "js"));
        return SLOT.matcher(Scripts.own("html/page.html"))
                .replaceAll(slot -> Matcher.quoteReplacement(slots.get(slot.group(1))));
    }

    /**
     * JSON that is safe inside a script element of HTML: the characters that could end the element or the line stand as
     * escapes, which they can everywhere, as they only occur within strings.
     */
    static String json(Object value) {
        return JSON.writeValueAsString(value)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    static String text(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private Map<String, JsonNode> specificationsByName() {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (String name : specifications) {
            found.put(name, JsonMapper.shared().readTree(Scripts.own("specs/" + name + ".json")));
        }
        return found;
    }

    private static String join(List<String> names, String kind) {
        return names.stream()
                .map(name -> Scripts.own(kind + "/" + name + "." + kind))
                .collect(Collectors.joining("\n"));
    }
}
