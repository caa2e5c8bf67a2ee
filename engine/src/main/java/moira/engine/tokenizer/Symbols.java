package moira.engine.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What merging works on. A symbol is the id of a normal piece, or, from {@code size} up, a character that is no piece itself
 * but a part of some piece.
 */
final class Symbols {
    static final int NONE = -1;

    private final Map<String, Integer> byText = new HashMap<>();
    private final int[] byCodePoint;

    Symbols(List<String> pieces, List<PieceType> types) {
        for (int id = 0; id < pieces.size(); id++) {
            if (types.get(id) == PieceType.NORMAL) {
                byText.putIfAbsent(pieces.get(id), id);
            }
        }
        int next = pieces.size();
        int highest = 0;
        for (String piece : List.copyOf(byText.keySet())) {
            for (int i = 0, c; i < piece.length(); i += Character.charCount(c)) {
                c = piece.codePointAt(i);
                highest = Math.max(highest, c);
                if (byText.putIfAbsent(Character.toString(c), next) == null) {
                    next++;
                }
            }
        }
        byCodePoint = table(highest);
    }

    private int[] table(int highest) {
        int[] table = new int[highest + 1];
        Arrays.fill(table, NONE);
        byText.forEach((text, symbol) -> {
            if (!text.isEmpty() && text.length() == Character.charCount(text.codePointAt(0))) {
                table[text.codePointAt(0)] = symbol;
            }
        });
        return table;
    }

    /** The symbol of a text, or {@link #NONE}. */
    int of(String text) {
        return byText.getOrDefault(text, NONE);
    }

    /** The symbol of a character, or {@link #NONE} if no piece holds it. */
    int of(int codePoint) {
        return codePoint < byCodePoint.length ? byCodePoint[codePoint] : NONE;
    }
}
