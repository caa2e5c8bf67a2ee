package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The user-defined pieces, which are found in a text as they stand, before any merging: leftmost first, then longest. */
final class Literals {
    static final int NONE = -1;

    private final List<String> pieces;
    private final Map<Character, List<Integer>> idsByFirst = new HashMap<>();

    /** @param others that are looked for before */
    Literals(Vocabulary vocabulary, Set<Integer> others) {
        pieces = vocabulary.pieces();
        for (int id = 0; id < pieces.size(); id++) {
            if (vocabulary.types().get(id) == PieceType.USER_DEFINED
                    && !others.contains(id)
                    && !pieces.get(id).isEmpty()) {
                idsByFirst
                        .computeIfAbsent(pieces.get(id).charAt(0), first -> new ArrayList<>())
                        .add(id);
            }
        }
        Comparator<Integer> longestFirst =
                Comparator.comparingInt(id -> -pieces.get(id).length());
        idsByFirst.values().forEach(ids -> ids.sort(longestFirst));
    }

    boolean isEmpty() {
        return idsByFirst.isEmpty();
    }

    /** The longest user-defined piece that stands at an offset, or {@link #NONE}. */
    int at(String text, int offset) {
        for (int id : idsByFirst.getOrDefault(text.charAt(offset), List.of())) {
            if (text.startsWith(pieces.get(id), offset)) {
                return id;
            }
        }
        return NONE;
    }
}
