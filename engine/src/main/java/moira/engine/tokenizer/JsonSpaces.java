package moira.engine.tokenizer;

import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/**
 * What a {@code tokenizer.json} does with spaces, said by its normalizer (Prepend, Replace) or its pre-tokenizer (Metaspace).
 *
 * @param splits whether every space starts a stretch of its own, so that nothing merges with a space on its right
 */
record JsonSpaces(SpacePrefix prefix, boolean splits, PieceDecoding decoding) {
    private static final String SPACE = String.valueOf(SpacePrefix.SPACE);

    static JsonSpaces of(String file, JsonNode root) {
        SpacePrefix prefix = SpacePrefix.NEVER;
        boolean replaced = false;
        for (JsonNode step : JsonPreTokenizer.steps(root.path("normalizer"), "normalizers")) {
            if (type(step).equals("Prepend")
                    && step.path("prepend").asString("").equals(SPACE)) {
                prefix = SpacePrefix.ALWAYS;
            } else if (isReplace(step)) {
                replaced = true;
            } else {
                throw MoiraException.expected(
                        file, "a normalizer of Prepend and Replace that spells spaces as " + SPACE, type(step));
            }
        }
        boolean splits = false;
        for (JsonNode step : JsonPreTokenizer.steps(root.path("pre_tokenizer"), "pretokenizers")) {
            if (!type(step).equals("Metaspace")
                    || !step.path("replacement").asString(SPACE).equals(SPACE)) {
                throw MoiraException.expected(
                        file,
                        "a pre-tokenizer of Metaspace with " + SPACE + ", or " + JsonPreTokenizer.READ,
                        type(step));
            }
            prefix = prefix(step, prefix);
            splits |= step.path("split").asBoolean(true);
            replaced = true;
        }
        if (!replaced) {
            throw MoiraException.expected(file, "spaces spelled as " + SPACE, "no such normalizer or pre-tokenizer");
        }
        return new JsonSpaces(prefix, splits, decoding(root.path("decoder"), prefix));
    }

    /** Whether a piece may merge with what stands before it. */
    boolean allowsMerge(String right) {
        return !splits || !right.startsWith(SPACE);
    }

    /** Whether the first space of a decoded text is dropped. */
    private static PieceDecoding decoding(JsonNode decoder, SpacePrefix prefix) {
        boolean silent = !decoder.isObject() && prefix != SpacePrefix.NEVER;
        boolean strips = silent
                || JsonPreTokenizer.steps(decoder, "decoders").stream().anyMatch(step -> switch (type(step)) {
                    case "Strip" -> step.path("start").asInt(0) > 0;
                    case "Metaspace" -> prefix(step, SpacePrefix.NEVER) != SpacePrefix.NEVER;
                    default -> false;
                });
        return strips ? PieceDecoding.HUGGING_FACE_STRIPPED : PieceDecoding.HUGGING_FACE;
    }

    private static boolean isReplace(JsonNode step) {
        return type(step).equals("Replace")
                && step.path("pattern").path("String").asString("").equals(" ")
                && step.path("content").asString("").equals(SPACE);
    }

    private static SpacePrefix prefix(JsonNode metaspace, SpacePrefix before) {
        boolean prefix = metaspace.path("add_prefix_space").asBoolean(true);
        return switch (metaspace.path("prepend_scheme").asString(prefix ? "always" : "never")) {
            case "always" -> SpacePrefix.UNLESS_PRESENT;
            case "first" -> SpacePrefix.FIRST_UNLESS_PRESENT;
            default -> before;
        };
    }

    private static String type(JsonNode node) {
        return node.path("type").asString("");
    }
}
