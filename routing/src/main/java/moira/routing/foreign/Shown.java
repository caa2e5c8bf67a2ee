package moira.routing.foreign;

import tools.jackson.databind.JsonNode;

/** A piece of JSON in an error: short, whatever it is. */
final class Shown {
    private static final int MOST = 80;

    private Shown() {}

    static String of(JsonNode node) {
        String text = node.isMissingNode() || node.isNull() ? "none" : node.toString();
        return text.length() > MOST ? text.substring(0, MOST) + "..." : text;
    }
}
