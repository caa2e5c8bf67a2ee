package moira.train.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import moira.engine.MoiraException;
import moira.engine.Shared;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Tokenizers;
import moira.routing.corpus.Corpus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceLearnerTest {
    private static final int RESERVED = SentencePieceOutput.RESERVED;

    @TempDir
    private Path folder;

    private Tokenizer read(List<String> pieces) throws IOException {
        return Tokenizers.open(Files.write(folder.resolve("tokenizer.model"), SentencePieceOutput.bytes(pieces)));
    }

    private static UnitCounts counts(String... texts) {
        UnitCounts counts = new UnitCounts();
        for (String text : texts) {
            counts.add(text);
        }
        return counts;
    }

    /** The same pieces as recounting every pair of every word after every merge, in strings. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void learnsWhatRecountingLearns(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            text.append("aaabbcd  e.\n7".charAt(random.nextInt(13)));
        }
        UnitCounts counts = counts(text.toString());
        List<String> learnt = PieceLearner.learn(counts, RESERVED + 60);
        List<String> recounted = new Recount(counts.counts()).pieces(60 - 9);
        assertThat(learnt.subList(0, recounted.size())).isEqualTo(recounted);
        assertThat(learnt.subList(recounted.size(), learnt.size()))
                .containsExactlyInAnyOrder("a", "b", "c", "d", "e", ".", "\n", "7", "\u2581");
    }

    /** What the engine makes of a text with the written file, against the merges done by hand in the order of learning. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void encodingFollowsTheMerges(long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            text.append("aaabbcd  e.\n7".charAt(random.nextInt(13)));
        }
        List<String> pieces = PieceLearner.learn(counts(text.toString()), RESERVED + 80);
        Tokenizer tokenizer = read(pieces);
        List<String> found = Arrays.stream(tokenizer.encode(text.toString()))
                .mapToObj(tokenizer::piece)
                .toList();
        assertThat(found).isEqualTo(merged("\u2581" + text.toString().replace(' ', '\u2581'), pieces));
        assertThat(tokenizer.decode(tokenizer.encode(text.toString()))).isEqualTo(text.toString());
    }

    /** The oldest piece first, from the left, in strings. */
    private static List<String> merged(String text, List<String> pieces) {
        Map<String, Integer> ranks = new TreeMap<>();
        for (String piece : pieces) {
            ranks.put(piece, ranks.size());
        }
        List<String> symbols = new ArrayList<>(List.of(text.split("")));
        while (true) {
            int best = -1;
            int rank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int found = ranks.getOrDefault(symbols.get(i) + symbols.get(i + 1), Integer.MAX_VALUE);
                if (found < rank) {
                    best = i;
                    rank = found;
                }
            }
            if (best < 0) {
                return symbols;
            }
            symbols.set(best, pieces.get(rank));
            symbols.remove(best + 1);
        }
    }

    @Test
    void whatIsRareIsSpelledInBytesAndComesBack() throws IOException {
        Tokenizer tokenizer = read(PieceLearner.learn(counts("to be or not to be ".repeat(500)), 280));
        String text = "to be \u00fc\u4e2d\ud83d\ude00\n  not";
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        assertThat(tokenizer.encode("to be")).hasSize(2);
        assertThat(tokenizer.bos()).isEqualTo(1);
        assertThat(tokenizer.eos()).isEqualTo(2);
        assertThat(tokenizer.addsBos()).isTrue();
    }

    @Test
    void theOrderOfTheTextsChangesNothing() {
        String[] texts = {"one two three", "two three four four", "\u00e9t\u00e9 one  two"};
        List<String> pieces = PieceLearner.learn(counts(texts), 300);
        String[] reversed = {texts[2], texts[1], texts[0]};
        assertThat(PieceLearner.learn(counts(reversed), 300)).isEqualTo(pieces);
    }

    @Test
    void refusesWhatCannotBeLearnt() {
        assertThatThrownBy(() -> PieceLearner.learn(counts("text"), RESERVED))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("found 259");
        assertThatThrownBy(() -> PieceLearner.learn(new UnitCounts(), 4096))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("some text");
    }

    /** On real text: whole, reversible, and about as short as the reference model's own vocabulary of the same size. */
    @Test
    void compressesRealText() throws IOException {
        UnitCounts counts = new UnitCounts();
        Corpus.open(List.of(Shared.path("corpus/train"))).read(document -> counts.add(document.text()));
        long started = System.nanoTime();
        List<String> pieces = PieceLearner.learn(counts, 4096);
        System.out.printf("learnt %d pieces in %.1f s%n", pieces.size(), (System.nanoTime() - started) / 1e9);
        assertThat(pieces).hasSize(4096 - RESERVED).doesNotHaveDuplicates();
        Tokenizer learnt = read(pieces);
        Tokenizer reference = Tokenizers.open(Shared.path("reference-model/tokenizer.model"));
        long[] tokens = new long[2];
        Corpus.open(List.of(Shared.path("corpus/valid"))).read(document -> {
            int[] ids = learnt.encode(document.text());
            tokens[0] += ids.length;
            tokens[1] += reference.encode(document.text()).length;
            assertThat(learnt.decode(ids)).isEqualTo(document.text());
        });
        System.out.printf("valid: %d tokens, %d with the reference's vocabulary%n", tokens[0], tokens[1]);
        assertThat((double) tokens[0]).isLessThan(1.02 * tokens[1]);
    }

    /** Learning without any bookkeeping. */
    private static final class Recount {
        private final Map<List<String>, Long> words =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

        Recount(Map<String, Long> units) {
            units.forEach((unit, count) -> words.put(List.of(unit.split("")), count));
        }

        List<String> pieces(int count) {
            List<String> pieces = new ArrayList<>();
            while (pieces.size() < count) {
                Map<String, Long> pairs = new TreeMap<>();
                words.forEach((word, times) -> {
                    List<String> now = merged(String.join("", word), pieces);
                    for (int i = 1; i < now.size(); i++) {
                        pairs.merge(now.get(i - 1) + now.get(i), times, Long::sum);
                    }
                });
                pairs.keySet().removeIf(text -> text.length() > 16 || pairs.get(text) < 2);
                if (pairs.isEmpty()) {
                    return pieces;
                }
                String best = null;
                for (Map.Entry<String, Long> pair : pairs.entrySet()) {
                    long most = best == null ? 0 : pairs.get(best);
                    if (pair.getValue() > most
                            || (pair.getValue() == most && pair.getKey().length() < best.length())) {
                        best = pair.getKey();
                    }
                }
                pieces.add(best);
            }
            return pieces;
        }
    }
}
