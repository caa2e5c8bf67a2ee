package moira.routing.foreign;

import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/** Fields of a row, of the kind that is expected. */
final class RowFields {
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

    static int number(JsonNode json, String field, int most, String where) {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0 || value.intValue() > most) {
            throw MoiraException.expected(where, "\"" + field + "\" from 0 to " + most, Shown.of(value));
        }
        return value.intValue();
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
