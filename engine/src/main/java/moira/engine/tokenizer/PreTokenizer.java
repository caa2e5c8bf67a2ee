package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.MoiraException;

/**
 * Cuts a text into words, which no merge crosses: pass by pass, each of which makes every match of its pattern a piece of its own and leaves
 * what lies between.
 *
 * @param patterns in the order of the passes
 * @param composes whether a text is put into normalisation form C before
 * @param wholeWords whether a word that is a piece is taken whole, whatever the merges say
 */
record PreTokenizer(List<String> patterns, boolean composes, boolean wholeWords) {
    /** GPT-2's (Radford et al. 2019). */
    static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    static final String DIGIT = "\\p{N}";

    private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
    private static final String AFTER_NUMBERS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String WORDS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String LLAMA3 = CONTRACTIONS + WORDS + "\\p{N}{1,3}" + AFTER_NUMBERS;
    private static final String QWEN2 = CONTRACTIONS + WORDS + DIGIT + AFTER_NUMBERS;
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String ENDING = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
    private static final String GPT4O = "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "*" + LOWER + "+" + ENDING
            + "|[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "+" + LOWER + "*" + ENDING
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String TEKKEN = "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "*" + LOWER + "+"
            + "|[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "+" + LOWER + "*"
            + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /** llama.cpp's names, {@code tokenizer.ggml.pre}. */
    private static final Map<String, PreTokenizer> NAMED = new LinkedHashMap<>();

    static {
        put("gpt-2", List.of(GPT2), false, false);
        put("olmo", List.of(GPT2), true, false);
        put("default", List.of(GPT2), false, false);
        put("refact", List.of(DIGIT, GPT2), false, false);
        put("qwen2", List.of(QWEN2), true, false);
        put("llama-bpe", List.of(LLAMA3), false, true);
        put("glm4", List.of(LLAMA3), false, false);
        put("gpt-4o", List.of(GPT4O), false, true);
        put("tekken", List.of(TEKKEN), false, true);
        put("deepseek-llm", DeepSeekPatterns.LLM, false, false);
        put("deepseek-v3", DeepSeekPatterns.V3, false, false);
    }

    private static void put(String name, List<String> patterns, boolean composes, boolean wholeWords) {
        NAMED.put(name, new PreTokenizer(patterns, composes, wholeWords));
    }

    PreTokenizer {
        patterns = List.copyOf(patterns);
    }

    /**
     * By llama.cpp's name.
     *
     * @throws MoiraException if it is none that is read
     */
    static PreTokenizer named(String name, String where) {
        PreTokenizer found = NAMED.get(name);
        if (found == null) {
            throw MoiraException.expected(where, "tokenizer.ggml.pre of " + String.join(", ", NAMED.keySet()), name);
        }
        return found;
    }

    /** The name under which llama.cpp cuts so; empty if it has none. Where two differ in whole words alone, one of them will do. */
    Optional<String> name() {
        Optional<String> same = nameOf(this);
        return same.isPresent() ? same : nameOf(new PreTokenizer(patterns, composes, !wholeWords));
    }

    private static Optional<String> nameOf(PreTokenizer wanted) {
        return NAMED.entrySet().stream()
                .filter(entry -> entry.getValue().equals(wanted))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Patterns as the regular expressions of Unicode's annex 18 mean them. */
    List<Pattern> compiled() {
        return patterns.stream()
                // A run of spaces is looked at from its beginning alone: from each of its spaces would take n^2.
                .map(pattern -> pattern.equals("\\s+$") ? "(?<!\\s)" + pattern : pattern)
                .map(pattern -> Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS))
                .toList();
    }

    /** The words of a text, in order. */
    static List<String> words(String text, List<Pattern> passes) {
        List<String> words = List.of(text);
        for (Pattern pass : passes) {
            List<String> cut = new ArrayList<>();
            for (String word : words) {
                cut(word, pass, cut);
            }
            words = cut;
        }
        return words;
    }

    private static void cut(String text, Pattern pattern, List<String> words) {
        Matcher matcher = pattern.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                words.add(text.substring(end, matcher.start()));
            }
            if (matcher.end() > matcher.start()) {
                words.add(matcher.group());
            }
            end = matcher.end();
        }
        if (end < text.length()) {
            words.add(text.substring(end));
        }
    }
}
