package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;

/** SentencePiece's BPE: two neighbours merge if their text together is a piece, the piece with the highest score first. */
final class ScoredMerges {
    /** Far above any trained piece, and small enough that trying every split of every piece stays quick. */
    private static final int LONGEST_PIECE = 512;

    private final Symbols symbols;
    private final List<String> pieces;
    private final List<MergeTable.Merge> merges = new ArrayList<>();

    private ScoredMerges(List<String> pieces, List<PieceType> types) {
        this.symbols = new Symbols(pieces, types);
        this.pieces = pieces;
    }

    /**
     * Every split of every normal piece into two symbols.
     *
     * @param scores by id; equal scores share a rank, so that the leftmost pair merges first
     */
    static MergeTable of(String where, List<String> pieces, List<PieceType> types, double[] scores) {
        ScoredMerges table = new ScoredMerges(pieces, types);
        double[] ascending = Arrays.stream(scores)
                .map(ScoredMerges::positiveZero)
                .sorted()
                .distinct()
                .toArray();
        for (int id = 0; id < pieces.size(); id++) {
            if (table.symbols.of(pieces.get(id)) == id) {
                int rank = ascending.length - 1 - Arrays.binarySearch(ascending, positiveZero(scores[id]));
                table.split(where, id, rank);
            }
        }
        return new MergeTable(table.symbols, table.merges, pieces, Optional.of(scores));
    }

    /** -0.0 equals 0.0 as a score, though not for sorting. */
    private static double positiveZero(double score) {
        return score + 0.0;
    }

    private void split(String where, int id, int rank) {
        String piece = pieces.get(id);
        if (piece.length() > LONGEST_PIECE) {
            throw MoiraException.expected(
                    where, "pieces of at most " + LONGEST_PIECE + " characters", piece.length() + " in piece " + id);
        }
        for (int i = 1; i < piece.length(); i++) {
            int left = symbols.of(piece.substring(0, i));
            int right = left == Symbols.NONE ? Symbols.NONE : symbols.of(piece.substring(i));
            if (right != Symbols.NONE) {
                merges.add(new MergeTable.Merge(left, right, rank, id));
            }
        }
    }
}
