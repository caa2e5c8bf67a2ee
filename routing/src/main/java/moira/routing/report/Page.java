package moira.routing.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts the page together: template, styles, chart libraries, our scripts, the charts' specifications and the data. */
final class Page {
    private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");
    private static final List<String> STYLES = List.of("page", "passages");
    private static final List<String> SCRIPTS = List.of(
            "data", "dom", "theme", "charts", "figures", "details", "passages", "passage-svg", "repetition", "page");
    private static final List<String> SPECIFICATIONS =
            List.of("share", "lines", "divergence", "matrix", "words", "binding");

    private Page() {}

    static String render(String title, Map<String, Object> data) {
        Map<String, String> slots = Map.of(
                "title", text(title),
                "style", join(STYLES, "css"),
                "vega", Scripts.webjar("vega", "vega.min.js"),
                "vegalite", Scripts.webjar("vega-lite", "vega-lite.min.js"),
                "specifications", json(specifications()),
                "data", json(data),
                "script", join(SCRIPTS, "js"));
        return SLOT.matcher(Scripts.own("report.html"))
                .replaceAll(slot -> Matcher.quoteReplacement(slots.get(slot.group(1))));
    }

    /**
     * JSON that is safe inside a script element of HTML: the characters that could end the element or the line stand as
     * escapes, which they can everywhere, as they only occur within strings.
     */
    static String json(Object value) {
        return JsonMapper.shared()
                .writeValueAsString(value)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    static String text(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static Map<String, JsonNode> specifications() {
        Map<String, JsonNode> specifications = new LinkedHashMap<>();
        for (String name : SPECIFICATIONS) {
            specifications.put(name, JsonMapper.shared().readTree(Scripts.own("specs/" + name + ".json")));
        }
        return specifications;
    }

    private static String join(List<String> names, String kind) {
        return names.stream()
                .map(name -> Scripts.own(kind + "/" + name + "." + kind))
                .collect(Collectors.joining("\n"));
    }
}
