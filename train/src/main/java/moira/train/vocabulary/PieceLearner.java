package moira.train.vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;

/**
 * Byte pair encoding (Sennrich et al., arXiv 1508.07909, section 3.2) over the units of a corpus: the most frequent text that two
 * neighbours spell becomes the next piece, until the vocabulary is full. What SentencePiece does with the pieces afterwards gives
 * the same segmentation as learning left behind.
 */
public final class PieceLearner {
    /** The share of all characters that must be spelled without bytes, as SentencePiece has it. */
    private static final double COVERAGE = 0.9995;

    private final List<String> symbols = new ArrayList<>();
    private final Candidates candidates = new Candidates(symbols);
    private final List<int[]> words = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();

    private PieceLearner() {}

    /**
     * Learns the pieces of a vocabulary.
     *
     * @param size of the vocabulary, special tokens and bytes included; fewer pieces come back where a corpus has no more
     * @return the merged pieces in the order of their learning, then the characters
     * @throws MoiraException if there is no room for a piece, or no text
     */
    public static List<String> learn(UnitCounts units, int size) {
        int room = size - SentencePieceOutput.RESERVED;
        if (room < 1) {
            throw MoiraException.expected(
                    "vocabulary", "more than the " + SentencePieceOutput.RESERVED + " special tokens and bytes", size);
        }
        return new PieceLearner().pieces(units.counts(), room);
    }

    private List<String> pieces(Map<String, Long> units, int room) {
        List<String> characters = characters(units, room);
        if (characters.isEmpty()) {
            throw MoiraException.expected("corpus", "some text to learn a vocabulary from", "none");
        }
        symbols.addAll(characters);
        readWords(units);
        while (symbols.size() < room) {
            Candidates.Candidate next = candidates.best();
            if (next == null) {
                break;
            }
            next.becomes(symbols.size());
            symbols.add(next.text());
            int last = -1;
            for (int word : sorted(next.words())) {
                if (word != last) {
                    merge(word);
                    last = word;
                }
            }
        }
        List<String> pieces = new ArrayList<>(symbols.subList(characters.size(), symbols.size()));
        pieces.addAll(characters);
        return pieces;
    }

    /** The most frequent characters, as far as coverage needs them and room is. */
    private static List<String> characters(Map<String, Long> units, int room) {
        Map<String, Long> found = new HashMap<>();
        units.forEach(
                (unit, count) -> unit.codePoints().forEach(c -> found.merge(Character.toString(c), count, Long::sum)));
        List<String> ordered = new ArrayList<>(found.keySet());
        ordered.sort(Comparator.comparingLong((String c) -> -found.get(c)).thenComparing(Comparator.naturalOrder()));
        double all = found.values().stream().mapToLong(count -> count).sum();
        List<String> taken = new ArrayList<>();
        long covered = 0;
        for (String character : ordered) {
            if (taken.size() == room || covered >= COVERAGE * all) {
                break;
            }
            taken.add(character);
            covered += found.get(character);
        }
        return taken;
    }

    /** In the order of the alphabet: nothing may depend on the order of a hash table. */
    private void readWords(Map<String, Long> units) {
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < symbols.size(); id++) {
            ids.put(symbols.get(id), id);
        }
        units.keySet().stream().sorted().forEach(unit -> {
            int[] word = unit.codePoints()
                    .map(c -> ids.getOrDefault(Character.toString(c), PairTable.NONE))
                    .toArray();
            words.add(word);
            counts.add(units.get(unit));
            count(word, units.get(unit));
            for (int i = 1; i < word.length; i++) {
                candidates.appears(word[i - 1], word[i], words.size() - 1);
            }
        });
    }

    private void count(int[] word, long count) {
        for (int i = 1; i < word.length; i++) {
            candidates.count(word[i - 1], word[i], count);
        }
    }

    /** Merges in a word what the pieces so far merge: the oldest piece first, from the left. */
    private void merge(int number) {
        int[] before = words.get(number);
        int[] word = before;
        int newest = symbols.size() - 1;
        for (int at = oldest(word); at >= 0; at = oldest(word)) {
            word = merged(word, at);
        }
        if (word.length == before.length) {
            return;
        }
        words.set(number, word);
        count(before, -counts.get(number));
        count(word, counts.get(number));
        for (int i = 1; i < word.length; i++) {
            if (word[i - 1] >= newest || word[i] >= newest || isNew(before, word[i - 1], word[i])) {
                candidates.appears(word[i - 1], word[i], number);
            }
        }
    }

    /** Merging a new piece may set off older ones, whose neighbours are new as well. */
    private static boolean isNew(int[] before, int left, int right) {
        for (int i = 1; i < before.length; i++) {
            if (before[i - 1] == left && before[i] == right) {
                return false;
            }
        }
        return true;
    }

    /** Where the oldest piece that two neighbours spell begins, or -1. */
    private int oldest(int[] word) {
        int best = -1;
        int rank = Integer.MAX_VALUE;
        for (int i = 1; i < word.length; i++) {
            Candidates.Candidate candidate = candidates.of(word[i - 1], word[i]);
            if (candidate != null && candidate.symbol() != PairTable.NONE && candidate.symbol() < rank) {
                best = i - 1;
                rank = candidate.symbol();
            }
        }
        return best;
    }

    private int[] merged(int[] word, int at) {
        int[] shorter = new int[word.length - 1];
        System.arraycopy(word, 0, shorter, 0, at);
        shorter[at] = candidates.of(word[at], word[at + 1]).symbol();
        System.arraycopy(word, at + 2, shorter, at + 1, word.length - at - 2);
        return shorter;
    }

    private static int[] sorted(int[] values) {
        Arrays.sort(values);
        return values;
    }
}
