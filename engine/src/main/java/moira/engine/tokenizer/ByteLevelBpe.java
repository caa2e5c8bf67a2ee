package moira.engine.tokenizer;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import moira.engine.MoiraException;

/**
 * Byte-level byte pair encoding (Radford et al. 2019, section 2.2): a text is cut into words, a word's bytes are spelled as characters, and
 * neighbours are merged by rank. Every text has ids, and they say every byte of it again. Encoding a word of n bytes takes O(n log n).
 */
final class ByteLevelBpe implements Tokenizer {
    private final Vocabulary vocabulary;
    private final PreTokenizer preTokenizer;
    private final List<Pattern> passes;
    private final AddedTokens exact;
    private final AddedTokens normalised;
    private final Map<String, Integer> ids = new HashMap<>();

    /** @param added what is found in a text before it is cut into words */
    ByteLevelBpe(Vocabulary vocabulary, PreTokenizer preTokenizer, AddedTokens added) {
        this.vocabulary = vocabulary;
        this.preTokenizer = preTokenizer;
        passes = preTokenizer.compiled();
        exact = added.exact();
        normalised = added.normalised(this::normal);
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.types().get(id) == PieceType.NORMAL) {
                ids.putIfAbsent(vocabulary.pieces().get(id), id);
            }
        }
        for (int b = 0; b < 256; b++) {
            if (!ids.containsKey(String.valueOf(ByteCharacters.of(b)))) {
                throw MoiraException.expected(vocabulary.where(), "a piece for each of the 256 bytes", "none for " + b);
            }
        }
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    PreTokenizer preTokenizer() {
        return preTokenizer;
    }

    @Override
    public int size() {
        return vocabulary.size();
    }

    @Override
    public int[] encode(String text, Trust trust) {
        IntStream.Builder out = IntStream.builder();
        Merger merger = new Merger(vocabulary.merges());
        Map<String, int[]> known = new HashMap<>();
        Pieces.cut(text, exact, trust, out::add, (part, from) -> {
            String normal = normal(part);
            Trust within = trust.within(from, from + part.length(), !normal.equals(part));
            Pieces.cut(normal, normalised, within, out::add, (plain, _) -> words(plain, merger, known, out));
        });
        return out.build().toArray();
    }

    private String normal(String text) {
        return preTokenizer.composes() ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
    }

    private void words(String text, Merger merger, Map<String, int[]> known, IntStream.Builder out) {
        for (String word : PreTokenizer.words(text, passes)) {
            if (!word.isEmpty()) {
                Arrays.stream(known.computeIfAbsent(word, one -> merged(one, merger)))
                        .forEach(out::add);
            }
        }
    }

    private int[] merged(String word, Merger merger) {
        String spelled = ByteCharacters.spell(word);
        Integer whole = preTokenizer.wholeWords() ? ids.get(spelled) : null;
        if (whole != null) {
            return new int[] {whole};
        }
        IntStream.Builder symbols = IntStream.builder();
        merger.merge(spelled, 0, spelled.length(), (symbol, offset) -> symbols.add(symbol));
        return symbols.build().toArray();
    }

    @Override
    public StreamingDecoder streamingDecoder(boolean spellsSpecial) {
        return new ByteLevelDecoder(vocabulary, spellsSpecial);
    }

    @Override
    public String piece(int id) {
        return vocabulary.pieces().get(id);
    }

    @Override
    public boolean isSpecial(int id) {
        return vocabulary.types().get(id) == PieceType.CONTROL;
    }

    @Override
    public int bos() {
        return vocabulary.bos();
    }

    @Override
    public int eos() {
        return vocabulary.eos();
    }

    @Override
    public boolean addsBos() {
        return vocabulary.addsBos();
    }
}
