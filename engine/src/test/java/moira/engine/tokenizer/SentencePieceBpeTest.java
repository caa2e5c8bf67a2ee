package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceBpeTest {
    /** Merging by the definition: look at every pair, join the best, again and again. */
    private static List<String> mergeNaively(String text, Map<String, Double> scores) {
        List<String> parts = new ArrayList<>(List.of(text.split("")));
        while (true) {
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int i = 0; i + 1 < parts.size(); i++) {
                Double score = scores.get(parts.get(i) + parts.get(i + 1));
                if (score != null && score > bestScore) {
                    best = i;
                    bestScore = score;
                }
            }
            if (best < 0) {
                return parts;
            }
            parts.set(best, parts.get(best) + parts.remove(best + 1));
        }
    }

    /** Few letters and few scores, so that ties, overlaps and spaces inside of pieces are common. */
    private static Map<String, Double> randomScores(Random random) {
        Map<String, Double> scores = new TreeMap<>();
        for (String letter : List.of("a", "b", "c", "▁")) {
            scores.put(letter, 0.0);
        }
        for (int i = random.nextInt(60); i > 0; i--) {
            List<String> known = List.copyOf(scores.keySet());
            String left = known.get(random.nextInt(known.size()));
            String right = known.get(random.nextInt(known.size()));
            scores.putIfAbsent(left + right, (double) -random.nextInt(8));
        }
        return scores;
    }

    @Test
    void mergesAsTheDefinitionSays() {
        Random random = new Random(1);
        for (int round = 0; round < 400; round++) {
            Map<String, Double> scores = randomScores(random);
            List<String> pieces = new ArrayList<>(scores.keySet());
            List<PieceType> types = new ArrayList<>(Collections.nCopies(pieces.size(), PieceType.NORMAL));
            double[] byId =
                    scores.values().stream().mapToDouble(Double::doubleValue).toArray();
            MergeTable merges = ScoredMerges.of("test", pieces, types, byId);
            pieces.add("<unk>");
            types.add(PieceType.UNKNOWN);
            Tokenizer tokenizer = new SentencePieceBpe(
                    new Vocabulary("test", pieces, types, merges, SpacePrefix.NEVER, -1, -1, false));
            StringBuilder text = new StringBuilder();
            for (int i = 1 + random.nextInt(80); i > 0; i--) {
                text.append("abc ".charAt(random.nextInt(4)));
            }
            List<String> found = new ArrayList<>();
            for (int id : tokenizer.encode(text.toString())) {
                found.add(tokenizer.piece(id));
            }
            assertThat(found).isEqualTo(mergeNaively(text.toString().replace(' ', '▁'), scores));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "v3", "json"})
    void decodesWhatItEncoded(String version) {
        Tokenizer tokenizer = Goldens.tokenizer(version);
        Random random = new Random(2);
        for (int round = 0; round < 2000; round++) {
            String text = randomText(random);
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        }
    }

    /** Any character but unpaired surrogates and U+2581, which decodes to a space. */
    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int highest = List.of(0x80, 0x800, 0x10000, 0x110000).get(random.nextInt(4));
        for (int i = random.nextInt(60); i > 0; i--) {
            int c = random.nextInt(5) == 0 ? ' ' : random.nextInt(highest);
            boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            text.appendCodePoint(surrogate || c == SpacePrefix.SPACE ? 'x' : c);
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2", "v3"})
    void streamsRandomIdsAsItDecodesThem(String version) {
        Tokenizer tokenizer = Goldens.tokenizer(version);
        Random random = new Random(3);
        for (int round = 0; round < 2000; round++) {
            // Small ids are control pieces and bytes.
            int bound = random.nextBoolean() ? 1100 : tokenizer.size();
            int[] ids = random.ints(random.nextInt(40), 0, bound).toArray();
            StreamingDecoder decoder = tokenizer.streamingDecoder();
            StringBuilder text = new StringBuilder();
            String whole = tokenizer.decode(ids);
            for (int id : ids) {
                String next = decoder.next(id);
                assertThat(next.isEmpty() || !Character.isHighSurrogate(next.charAt(next.length() - 1)))
                        .isTrue();
                text.append(next);
                assertThat(whole).startsWith(text);
            }
            assertThat(text.append(decoder.finish())).hasToString(whole);
        }
    }

    @Test
    void runsOfBytesDecodeAsUtf8() {
        Tokenizer tokenizer = Goldens.tokenizer("v1");
        Random random = new Random(4);
        for (int round = 0; round < 500; round++) {
            String text = randomText(random);
            int[] ids = new int[text.getBytes(StandardCharsets.UTF_8).length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = 3 + Byte.toUnsignedInt(text.getBytes(StandardCharsets.UTF_8)[i]);
            }
            assertThat(tokenizer.decode(ids)).isEqualTo(text);
        }
    }

    @Test
    void anUnpairedSurrogateIsTheReplacementCharacter() {
        Tokenizer tokenizer = Goldens.tokenizer("v3");
        for (String broken :
                List.of("\uD83D", "\uDE00", "a\uD83D b", "\uDE00\uD83D", "\uD83D\uD83D\uDE00", "\uD83D[")) {
            String repaired = new String(
                    broken.codePoints()
                            .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                            .toArray(),
                    0,
                    broken.codePointCount(0, broken.length()));
            assertThat(tokenizer.encode(broken)).containsExactly(tokenizer.encode(repaired));
            assertThat(tokenizer.decode(tokenizer.encode(broken))).isEqualTo(repaired);
        }
    }

    /** Would take hours if every merge looked through the whole text. */
    @Test
    void encodesAMegabyteWithoutSpaces() {
        Tokenizer tokenizer = Goldens.tokenizer("v1");
        Random random = new Random(5);
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < 1 << 20; i++) {
            letters.append((char) ('a' + random.nextInt(26)));
        }
        for (String text : List.of(letters.toString(), "a".repeat(1 << 20), " ".repeat(1 << 20), "字".repeat(1 << 20))) {
            assertThat(tokenizer.decode(tokenizer.encode(text)).equals(text)).isTrue();
        }
    }

    @Test
    void refusesIdsOutsideOfTheVocabulary() {
        Tokenizer tokenizer = Goldens.tokenizer("v1");
        for (int id : new int[] {-1, 32000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> tokenizer.decode(id))
                    .isInstanceOf(MoiraException.class)
                    .hasMessage("decoding: expected a token id below 32000, found " + id);
        }
    }

    @Test
    void theLongestUserDefinedPieceWins() {
        List<String> pieces = List.of("<unk>", "[A]", "[A][B]", "▁", "[", "A", "]", "▁[");
        List<PieceType> types = new ArrayList<>(Collections.nCopies(8, PieceType.NORMAL));
        types.set(0, PieceType.UNKNOWN);
        types.set(1, PieceType.USER_DEFINED);
        types.set(2, PieceType.USER_DEFINED);
        MergeTable merges = ScoredMerges.of("test", pieces, types, new double[8]);
        Tokenizer tokenizer =
                new SentencePieceBpe(new Vocabulary("test", pieces, types, merges, SpacePrefix.ALWAYS, -1, -1, true));
        assertThat(tokenizer.encode("[A][A][B][A")).containsExactly(3, 1, 2, 4, 5);
        assertThat(tokenizer.encode(" [A]")).containsExactly(3, 3, 1);
        assertThat(tokenizer.addsBos()).isFalse();
    }
}
