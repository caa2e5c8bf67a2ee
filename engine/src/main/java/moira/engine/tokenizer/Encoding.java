package moira.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** One text on its way to ids: cut at user-defined pieces, then into words where merges allow it, then merged. */
final class Encoding {
    private final Vocabulary vocabulary;
    private final ByteFallback bytes;
    private final Literals literals;
    private final int unknown;
    private final String text;
    private final Merger merger;
    private final IntStream.Builder ids = IntStream.builder();
    private boolean afterUnknown;

    /** @param escaped the text as {@link SpacePrefix#escape} gives it */
    Encoding(Vocabulary vocabulary, ByteFallback bytes, Literals literals, String escaped) {
        this.vocabulary = vocabulary;
        this.bytes = bytes;
        this.literals = literals;
        this.unknown = vocabulary.first(PieceType.UNKNOWN);
        this.text = escaped;
        this.merger = new Merger(vocabulary.merges());
    }

    int[] ids() {
        int from = 0;
        for (int i = 0; i < text.length() && !literals.isEmpty(); ) {
            int id = literals.at(text, i);
            if (id == Literals.NONE) {
                i++;
            } else {
                words(from, i);
                add(id);
                i += vocabulary.pieces().get(id).length();
                from = i;
            }
        }
        words(from, text.length());
        return ids.build().toArray();
    }

    private void words(int from, int to) {
        int start = from;
        for (int i = from + 1; i < to && !vocabulary.merges().crossesSpaces(); i++) {
            if (text.charAt(i) == SpacePrefix.SPACE && text.charAt(i - 1) != SpacePrefix.SPACE) {
                merger.merge(text, start, i, this::addSymbol);
                start = i;
            }
        }
        if (start < to) {
            merger.merge(text, start, to, this::addSymbol);
        }
    }

    private void addSymbol(int symbol, int offset) {
        if (symbol != Symbols.NONE && symbol < vocabulary.size()) {
            add(symbol);
        } else if (bytes.isPresent()) {
            String character = Character.toString(text.codePointAt(offset));
            for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
                add(bytes.id(b));
            }
        } else if (!afterUnknown) {
            // A run of unknown characters is one unknown piece.
            add(unknown);
            afterUnknown = true;
        }
    }

    private void add(int id) {
        ids.add(id);
        afterUnknown = false;
    }
}
