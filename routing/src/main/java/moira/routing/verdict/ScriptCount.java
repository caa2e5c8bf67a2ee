package moira.routing.verdict;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import moira.routing.result.Pieces;
import moira.routing.result.Tables;

/**
 * How many tokens have letters, by the script of their first letter. Kana counts as Han. Byte pieces count once a
 * character.
 */
final class ScriptCount {
    private final Map<UnicodeScript, Long> tokens = new EnumMap<>(UnicodeScript.class);

    /** Of every domain; empty where the trace has no tokens. */
    static Map<String, ScriptCount> byDomain(Tables tables) {
        Map<String, ScriptCount> counts = new HashMap<>();
        if (!tables.has("tokens") || !tables.has("documents")) {
            return counts;
        }
        List<String> pieces = new ArrayList<>();
        int[] document = {-1};
        ScriptCount[] count = {new ScriptCount()};
        tables.each("""
                SELECT t.document, d.domain, t.piece FROM tokens t JOIN documents d ON d.document = t.document
                WHERE NOT t.special AND t.piece IS NOT NULL ORDER BY t.document, t.position""", row -> {
            if (row.getInt(1) != document[0]) {
                count[0].add(pieces);
                pieces.clear();
                document[0] = row.getInt(1);
                count[0] = counts.computeIfAbsent(row.getString(2), domain -> new ScriptCount());
            }
            pieces.add(row.getString(3));
        });
        count[0].add(pieces);
        return counts;
    }

    private void add(List<String> pieces) {
        for (String text : Pieces.texts(pieces)) {
            script(text).ifPresent(script -> tokens.merge(script, 1L, Long::sum));
        }
    }

    private static Optional<UnicodeScript> script(String text) {
        return text.codePoints()
                .filter(Character::isLetter)
                .mapToObj(UnicodeScript::of)
                .filter(script -> script != UnicodeScript.COMMON && script != UnicodeScript.INHERITED)
                .map(script -> script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA
                        ? UnicodeScript.HAN
                        : script)
                .findFirst();
    }

    /** The script of most tokens; null where no token has letters. */
    String most() {
        return tokens.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(entry -> name(entry.getKey()))
                .orElse(null);
    }

    /** The share of the tokens with letters that are of a script; null where no token has letters. */
    Double share(String script) {
        long all = tokens.values().stream().mapToLong(Long::longValue).sum();
        long ours = tokens.entrySet().stream()
                .filter(entry -> name(entry.getKey()).equals(script))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return all == 0 ? null : (Double) ((double) ours / all);
    }

    /** The script of most tokens of all; null where there are none. */
    static String majority(Collection<ScriptCount> counts) {
        ScriptCount all = new ScriptCount();
        counts.forEach(count -> count.tokens.forEach((script, n) -> all.tokens.merge(script, n, Long::sum)));
        return all.most();
    }

    private static String name(UnicodeScript script) {
        String name = script.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
