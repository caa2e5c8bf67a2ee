package moira.routing.syntax;

import java.util.ArrayList;
import java.util.List;

/** Where a word, or an indentation, stands in the pieces of one window. */
public final class Words {
    private final List<String> texts;

    /** @param pieces in their order, none missing between them */
    public Words(List<String> pieces) {
        texts = pieces.stream().map(PieceText::of).toList();
    }

    /** Some consecutive pieces. */
    public record Span(int from, int to) {
        public int pieces() {
            return to - from;
        }
    }

    /** Every place where a word stands whole, in one piece or several. */
    public List<Span> find(String word) {
        List<Span> spans = new ArrayList<>();
        for (int from = 0; from < texts.size(); from++) {
            int to = starts(from) ? end(from, word) : from;
            if (to > from) {
                spans.add(new Span(from, to));
            }
        }
        return spans;
    }

    /** Whether no word goes on into this piece. */
    private boolean starts(int from) {
        String text = texts.get(from);
        if (from == 0 || text.isEmpty() || Character.isWhitespace(text.charAt(0))) {
            return true;
        }
        String before = texts.get(from - 1);
        return before.isEmpty() || !isWord(before.charAt(before.length() - 1));
    }

    /** Behind the pieces that begin here and spell the word; {@code from} if they do not. */
    private int end(int from, String word) {
        StringBuilder spelled = new StringBuilder(texts.get(from).stripLeading());
        int to = from + 1;
        while (!spelled.isEmpty()
                && spelled.length() < word.length()
                && word.startsWith(spelled.toString())
                && to < texts.size()) {
            spelled.append(texts.get(to++));
        }
        if (spelled.toString().equals(word)) {
            return to < texts.size() && begins(texts.get(to)) ? from : to;
        }
        boolean longer = spelled.length() > word.length() && spelled.toString().startsWith(word);
        return longer && !isWord(spelled.charAt(word.length())) ? to : from;
    }

    private static boolean begins(String text) {
        return !text.isEmpty() && isWord(text.charAt(0));
    }

    private static boolean isWord(char sign) {
        return Character.isLetterOrDigit(sign) || sign == '_';
    }

    /** Every run of whitespace that follows a line break. */
    public List<Span> indentations() {
        List<Span> spans = new ArrayList<>();
        for (int from = 1; from < texts.size(); from++) {
            int to = from;
            while (texts.get(from - 1).endsWith("\n") && to < texts.size() && isIndentation(texts.get(to))) {
                to++;
            }
            if (to > from) {
                spans.add(new Span(from, to));
            }
        }
        return spans;
    }

    private static boolean isIndentation(String text) {
        return !text.isEmpty() && text.isBlank() && text.indexOf('\n') < 0;
    }
}
