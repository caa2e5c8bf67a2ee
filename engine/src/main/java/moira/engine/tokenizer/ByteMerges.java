package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;

/** Merges of a byte-level vocabulary: pairs of pieces in the order in which they are made. */
final class ByteMerges {
    private ByteMerges() {}

    /**
     * The table of some merges.
     *
     * @param pairs two pieces each
     * @throws MoiraException if one joins no two pieces into a third
     */
    static MergeTable of(String where, List<List<String>> pairs, List<String> pieces, List<PieceType> types) {
        Symbols symbols = new Symbols(pieces, types);
        List<MergeTable.Merge> merges = new ArrayList<>();
        for (int rank = 0; rank < pairs.size(); rank++) {
            List<String> pair = pairs.get(rank);
            boolean two = pair.size() == 2;
            int left = two ? symbols.of(pair.get(0)) : Symbols.NONE;
            int right = two ? symbols.of(pair.get(1)) : Symbols.NONE;
            int merged = two ? symbols.of(pair.get(0) + pair.get(1)) : Symbols.NONE;
            if (left == Symbols.NONE || right == Symbols.NONE || merged == Symbols.NONE) {
                throw MoiraException.expected(where, "merge " + rank + " to join two pieces into a third", pair);
            }
            merges.add(new MergeTable.Merge(left, right, rank, merged));
        }
        return new MergeTable(symbols, merges, pieces, Optional.empty());
    }
}
