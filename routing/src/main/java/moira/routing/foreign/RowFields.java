package moira.routing.foreign;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/** Fields of a row, of the kind that is expected. */
final class RowFields {
    private static final Pattern MODULE = Pattern.compile("\\D*\\.(\\d{1,5})\\.\\D*");

    private RowFields() {}

    /** An array of so many numbers; a number alone is an array of one. */
    static double[] values(JsonNode node, int size, String where) {
        boolean alone = size == 1 && node.isNumber();
        if (!alone && (!node.isArray() || node.size() != size)) {
            throw MoiraException.expected(
                    where, size + " numbers as in the first row", node.isArray() ? node.size() : Shown.of(node));
        }
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            JsonNode value = alone ? node : node.get(i);
            if (!value.isNumber()) {
                throw MoiraException.expected(where, "numbers", Shown.of(value));
            }
            values[i] = value.doubleValue();
        }
        return values;
    }

    /** A whole number, also one written as {@code 3.0}. */
    static int number(JsonNode json, String field, int most, String where) {
        JsonNode value = json.path(field);
        double number = value.isNumber() ? value.doubleValue() : -1;
        if (number != Math.rint(number) || number < 0 || number > most) {
            throw MoiraException.expected(where, "\"" + field + "\" from 0 to " + most, Shown.of(value));
        }
        return (int) number;
    }

    /** A layer's number, or the name of its module: {@code model.layers.3.mlp.gate}. */
    static int layer(JsonNode json, String field, int most, String where) {
        Matcher module = MODULE.matcher(json.path(field).asString(""));
        return module.matches() && json.path(field).isString()
                ? Math.min(most, Integer.parseInt(module.group(1)))
                : number(json, field, most, where);
    }

    static String text(JsonNode json, String field, String where) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw MoiraException.expected(where, "\"" + field + "\" to be a string", Shown.of(value));
        }
        return value.stringValue();
    }
}
