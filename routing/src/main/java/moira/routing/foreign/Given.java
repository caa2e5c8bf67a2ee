package moira.routing.foreign;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Values of a table, which are texts until somebody knows better: what is no number stays as it is written, for errors to show. */
final class Given {
    private Given() {}

    static void text(ObjectNode json, String field, String text) {
        if (text != null) {
            json.put(field, text);
        }
    }

    static void number(ObjectNode json, String field, String text) {
        Double value = value(text);
        if (value == null) {
            text(json, field, text);
        } else if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
            json.put(field, value.intValue());
        } else {
            json.put(field, value);
        }
    }

    static void numbers(ObjectNode json, String field, Object... values) {
        ArrayNode array = json.putArray(field);
        for (Object object : values) {
            String text = object == null ? null : object.toString();
            Double value = value(text);
            if (value == null) {
                array.add(text);
            } else {
                array.add(value);
            }
        }
    }

    private static Double value(String text) {
        try {
            return text == null || text.matches(".*[dDfF]\\s*|\\s*") ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
