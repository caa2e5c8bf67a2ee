package moira.train.vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What may become a piece next. Pairs of symbols that spell the same text are one candidate, since SentencePiece merges whatever
 * two neighbours spell a piece.
 */
final class Candidates {
    /** SentencePiece's own default. */
    private static final int LONGEST_PIECE = 16;

    /** One text that two neighbours spell. */
    static final class Candidate {
        private final String text;
        private long count;
        /** Words that have or had it; some more than once. */
        private int[] words = new int[4];

        private int wordCount;
        /** Whether its count may have grown since it was put into the queue. */
        private boolean grown;
        /** The symbol of the piece that it has become, or {@link PairTable#NONE}. */
        private int symbol = PairTable.NONE;

        private Candidate(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        int symbol() {
            return symbol;
        }

        void becomes(int piece) {
            symbol = piece;
        }

        int[] words() {
            return Arrays.copyOf(words, wordCount);
        }

        private void add(int word) {
            if (wordCount == words.length) {
                words = Arrays.copyOf(words, 2 * wordCount);
            }
            words[wordCount++] = word;
        }
    }

    private record Entry(long count, Candidate candidate) {
        /** The most frequent first, then the shortest, then in the order of the alphabet: one order, whatever the hash tables do. */
        static final Comparator<Entry> ORDER = Comparator.comparingLong(Entry::count)
                .reversed()
                .thenComparingInt(entry -> entry.candidate.text.length())
                .thenComparing(entry -> entry.candidate.text);
    }

    private final List<String> symbols;
    private final PairTable table = new PairTable();
    private final List<Candidate> all = new ArrayList<>();
    private final Map<String, Integer> byText = new HashMap<>();
    private final List<Candidate> grown = new ArrayList<>();
    private final PriorityQueue<Entry> queue = new PriorityQueue<>(Entry.ORDER);

    /** @param symbols their texts, which grow while pieces are learnt */
    Candidates(List<String> symbols) {
        this.symbols = symbols;
    }

    /** The candidate of two neighbours, or null where they spell nothing that may be a piece. */
    Candidate of(int left, int right) {
        if (left == PairTable.NONE || right == PairTable.NONE) {
            return null;
        }
        int known = table.find(left, right);
        if (known != PairTable.NONE) {
            return all.get(known);
        }
        String text = symbols.get(left) + symbols.get(right);
        int number = byText.computeIfAbsent(text, key -> {
            all.add(text.length() > LONGEST_PIECE ? null : new Candidate(text));
            return all.size() - 1;
        });
        table.put(left, right, number);
        return all.get(number);
    }

    /** Counts a pair of a word, or takes it back with a negative count. */
    void count(int left, int right, long count) {
        Candidate candidate = of(left, right);
        if (candidate != null) {
            candidate.count += count;
        }
    }

    /** A word has a pair that it did not have before. */
    void appears(int left, int right, int word) {
        Candidate candidate = of(left, right);
        if (candidate != null) {
            candidate.add(word);
            if (!candidate.grown) {
                candidate.grown = true;
                grown.add(candidate);
            }
        }
    }

    /** The most frequent candidate that is no piece yet and occurs at least twice, or null. */
    Candidate best() {
        // An entry that is too high is put right when it comes up, so only growth needs a new one.
        for (Candidate candidate : grown) {
            candidate.grown = false;
            queue.add(new Entry(candidate.count, candidate));
        }
        grown.clear();
        while (!queue.isEmpty()) {
            Entry entry = queue.poll();
            Candidate candidate = entry.candidate;
            if (candidate.symbol != PairTable.NONE || candidate.count < 2) {
                continue;
            }
            if (candidate.count == entry.count) {
                return candidate;
            }
            if (candidate.count < entry.count) {
                queue.add(new Entry(candidate.count, candidate));
            }
        }
        return null;
    }
}
