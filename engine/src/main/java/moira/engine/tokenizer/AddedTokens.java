package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tokens that are found in a text as they stand, before it is cut into words: leftmost first, then longest. */
final class AddedTokens {
    static final AddedTokens NONE = new AddedTokens(List.of());

    private static final Pattern WORD = Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS);

    private final List<Token> tokens;
    private final Map<Character, List<Token>> byFirst = new HashMap<>();

    AddedTokens(List<Token> tokens) {
        this.tokens = tokens.stream().filter(token -> !token.text.isEmpty()).toList();
        Comparator<Token> longestFirst = Comparator.comparingInt(token -> -token.text.length());
        for (Token token : this.tokens) {
            byFirst.computeIfAbsent(token.text.charAt(0), first -> new ArrayList<>())
                    .add(token);
        }
        byFirst.values().forEach(some -> some.sort(longestFirst));
    }

    /**
     * One of them.
     *
     * @param special whether it is a user's words where the user wrote it
     * @param normalised whether it is looked for behind the normaliser, spelled as that spells it
     * @param takesSpaceBefore whether white space before it belongs to it
     * @param takesSpaceAfter whether white space behind it does
     * @param standsAlone whether it is none where a letter or a digit touches it
     */
    record Token(
            String text,
            int id,
            boolean special,
            boolean normalised,
            boolean takesSpaceBefore,
            boolean takesSpaceAfter,
            boolean standsAlone) {
        /** One that is looked for as it stands, whatever is around it. */
        static Token plain(String text, int id, boolean special) {
            return new Token(text, id, special, false, false, false, false);
        }
    }

    /** Where a token stands, with the spaces that belong to it. */
    record Found(int from, int to, int id) {}

    /** Those that are looked for in a text as it comes. */
    AddedTokens exact() {
        return new AddedTokens(
                tokens.stream().filter(token -> !token.normalised).toList());
    }

    /** Those that are looked for behind a normaliser. */
    AddedTokens normalised(UnaryOperator<String> normaliser) {
        return new AddedTokens(tokens.stream()
                .filter(Token::normalised)
                .map(token -> new Token(
                        normaliser.apply(token.text),
                        token.id,
                        token.special,
                        true,
                        token.takesSpaceBefore,
                        token.takesSpaceAfter,
                        token.standsAlone))
                .toList());
    }

    /** These, and those of others that have other ids. */
    AddedTokens with(List<Token> others) {
        Set<Integer> ids = ids();
        List<Token> all = new ArrayList<>(tokens);
        others.stream().filter(other -> !ids.contains(other.id)).forEach(all::add);
        return new AddedTokens(all);
    }

    /** How each is spelled, by its id. */
    Map<Integer, String> spellings() {
        return tokens.stream().collect(Collectors.toMap(Token::id, Token::text, (one, _) -> one));
    }

    Set<Integer> ids() {
        return tokens.stream().map(Token::id).collect(Collectors.toSet());
    }

    /**
     * All that stand in a text, in order.
     *
     * @param trust says which special ones are meant as such; another one is a user's words
     */
    List<Found> in(String text, Trust trust) {
        List<Found> all = new ArrayList<>();
        int end = 0;
        for (int i = 0; i < text.length() && !byFirst.isEmpty(); ) {
            Token token = at(text, i);
            if (token == null) {
                i++;
                continue;
            }
            int to = i + token.text.length();
            boolean words = token.special || trust.reserves(token.text);
            boolean meant = !words || trust.isTrusted(i, to);
            if (meant && !(token.standsAlone && (touches(text, i, true) || touches(text, to, false)))) {
                int from = token.takesSpaceBefore ? Math.max(end, before(text, i)) : i;
                end = token.takesSpaceAfter ? behind(text, to) : to;
                all.add(new Found(from, end, token.id));
            }
            // The library looks for the next one behind this one, also among spaces that this one has taken.
            i = to;
        }
        return all;
    }

    private Token at(String text, int offset) {
        for (Token token : byFirst.getOrDefault(text.charAt(offset), List.of())) {
            if (text.startsWith(token.text, offset)) {
                return token;
            }
        }
        return null;
    }

    private static boolean touches(String text, int at, boolean before) {
        if (before ? at == 0 : at == text.length()) {
            return false;
        }
        int point = before ? text.codePointBefore(at) : text.codePointAt(at);
        return WORD.matcher(Character.toString(point)).matches();
    }

    private static int before(String text, int from) {
        int at = from;
        while (at > 0 && isSpace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int behind(String text, int to) {
        int at = to;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Unicode's White_Space; Java's own has four separators more, U+001C to U+001F. */
    private static boolean isSpace(char c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
    }
}
