package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import moira.engine.MoiraException;

/**
 * Scores that make SentencePiece merge in the order of a list of merges, as a {@code tokenizer.json} has it. There are some where
 * the list was made from scores: every way to merge two pieces into a third stands in it, all those into one piece in a row.
 */
final class ListedScores {
    private static final String EXPECTED =
            "merges in an order of pieces, all splits of a piece in a row (a tokenizer.model beside the file would serve, too)";

    private ListedScores() {}

    /**
     * A score of every piece: minus its place among the pieces that merges make, or 0.
     *
     * @throws MoiraException if no scores merge in the same order
     */
    static double[] of(Vocabulary vocabulary) {
        double[] scores = new double[vocabulary.size()];
        List<MergeTable.Merge> listed = byRank(vocabulary.merges());
        int place = 0;
        int before = -1;
        for (MergeTable.Merge merge : listed) {
            if (merge.merged() != before) {
                if (scores[merge.merged()] < 0) {
                    throw refusal(vocabulary, merge.merged());
                }
                scores[merge.merged()] = - ++place;
                before = merge.merged();
            }
        }
        MergeTable scored = ScoredMerges.of(vocabulary.where(), vocabulary.pieces(), vocabulary.types(), scores);
        for (MergeTable.Merge merge : byRank(scored)) {
            if (MergeTable.merged(vocabulary.merges().find(merge.left(), merge.right())) != merge.merged()) {
                throw refusal(vocabulary, merge.merged());
            }
        }
        return scores;
    }

    private static List<MergeTable.Merge> byRank(MergeTable table) {
        List<MergeTable.Merge> merges = new ArrayList<>(table.merges());
        merges.sort(Comparator.comparingInt(MergeTable.Merge::rank));
        return merges;
    }

    private static MoiraException refusal(Vocabulary vocabulary, int id) {
        return MoiraException.expected(
                vocabulary.where(),
                EXPECTED,
                "others for piece " + vocabulary.pieces().get(id));
    }
}
