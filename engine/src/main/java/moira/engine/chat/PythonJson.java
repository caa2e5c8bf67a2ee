package moira.engine.chat;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * JSON spelled as Python's {@code json.dumps(ensure_ascii=False)} spells it, since the models saw their tools in no other form: a
 * space after each comma and colon, nothing escaped that need not be, numbers as {@code repr} gives them.
 */
final class PythonJson {
    private static final JsonMapper JSON = new JsonMapper();

    private PythonJson() {}

    /** The JSON that a text holds; a text that is no JSON as a string, an empty one as an empty object. */
    static JsonNode parseOrText(String text) {
        if (text.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            JsonNode node = JSON.readTree(text);
            return node.isMissingNode() ? JsonNodeFactory.instance.stringNode(text) : node;
        } catch (JacksonException notJson) {
            return JsonNodeFactory.instance.stringNode(text);
        }
    }

    static String write(JsonNode node) {
        StringBuilder out = new StringBuilder();
        append(out, node);
        return out.toString();
    }

    private static void append(StringBuilder out, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> appendObject(out, node);
            case ARRAY -> appendArray(out, node);
            case STRING -> appendString(out, node.stringValue());
            case NUMBER ->
                out.append(node.isIntegralNumber() ? node.bigIntegerValue().toString() : repr(node.doubleValue()));
            default -> out.append(node);
        }
    }

    private static void appendObject(StringBuilder out, JsonNode node) {
        out.append('{');
        for (Iterator<Map.Entry<String, JsonNode>> i = node.properties().iterator(); i.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = i.next();
            appendString(out, entry.getKey());
            out.append(": ");
            append(out, entry.getValue());
            out.append(i.hasNext() ? ", " : "");
        }
        out.append('}');
    }

    private static void appendArray(StringBuilder out, JsonNode node) {
        out.append('[');
        for (Iterator<JsonNode> i = node.iterator(); i.hasNext(); ) {
            append(out, i.next());
            out.append(i.hasNext() ? ", " : "");
        }
        out.append(']');
    }

    private static void appendString(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> appendPlain(out, c);
            }
        }
        out.append('"');
    }

    private static void appendPlain(StringBuilder out, char c) {
        if (c < ' ') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
            out.append(c);
        }
    }

    /**
     * A float as Python prints it: the shortest digits that read back the same, with an exponent below 1e-4 and from 1e16. (Java
     * insists on two digits, which differ from Python's one for the few numbers below 1e-322.)
     */
    static String repr(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return sign + plain + (plain.contains(".") ? "" : ".0");
        }
        String digits = shortest.unscaledValue().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return String.format(Locale.ROOT, "%s%s%se%+03d", sign, digits.substring(0, 1), fraction, exponent);
    }
}
