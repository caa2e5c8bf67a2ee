package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/** The merges of a {@code tokenizer.json}: a list in the order in which they are made, whatever the scores were. */
final class JsonMerges {
    private JsonMerges() {}

    static MergeTable of(String file, JsonNode list, List<String> pieces, List<PieceType> types, JsonSpaces spaces) {
        Symbols symbols = new Symbols(pieces, types);
        List<MergeTable.Merge> merges = new ArrayList<>();
        int rank = 0;
        for (JsonNode node : list) {
            List<String> pair = pair(node);
            if (pair.size() != 2 || pair.contains("")) {
                throw MoiraException.expected(file, "merge " + rank + " of two pieces", node);
            }
            int left = symbols.of(pair.get(0));
            int right = symbols.of(pair.get(1));
            int merged = symbols.of(pair.get(0) + pair.get(1));
            if (left == Symbols.NONE || right == Symbols.NONE || merged == Symbols.NONE) {
                throw MoiraException.expected(file, "merge " + rank + " to join two pieces into a third", node);
            }
            if (spaces.allowsMerge(pair.get(1))) {
                merges.add(new MergeTable.Merge(left, right, rank, merged));
            }
            rank++;
        }
        return new MergeTable(symbols, merges, pieces, Optional.empty());
    }

    /** A merge is written as {@code "a b"} or as {@code ["a", "b"]}. */
    static List<String> pair(JsonNode node) {
        return node.isArray()
                ? node.valueStream().map(part -> part.asString("")).toList()
                : Arrays.asList(node.asString("").split(" ", -1));
    }
}
