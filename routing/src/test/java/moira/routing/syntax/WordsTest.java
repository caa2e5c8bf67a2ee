package moira.routing.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static List<String> found(String word, String... pieces) {
        return new Words(List.of(pieces))
                .find(word).stream().map(span -> span.from() + "-" + span.to()).toList();
    }

    @Test
    void aWordMayBeSeveralPieces() {
        assertThat(found("Question", "▁Question", ":", "▁Quest", "ion", "?", "<0x0A>", "Qu", "est", "ion"))
                .containsExactly("0-1", "2-4", "6-9");
    }

    @Test
    void aPartOfAnotherWordIsNone() {
        assertThat(found("self", "▁my", "self", "▁self", "ish", "▁self", "_", "▁Self", "▁sel"))
                .isEmpty();
        assertThat(found("self", "(", "self", ".", "x", ",", "▁self", ")")).containsExactly("1-2", "5-6");
    }

    @Test
    void aPieceMayGoOnWithASign() {
        assertThat(found("self", "▁self.", "x", "▁sel", "f)")).containsExactly("0-1", "2-4");
    }

    @Test
    void indentationFollowsALineBreak() {
        Words words = new Words(List.of("a", "▁▁", "<0x0A>", "▁▁▁", "▁", "▁return", "\n", "x", "Ċ", "Ġ", "ĊĊ", "\n"));
        assertThat(words.indentations()).containsExactly(new Words.Span(3, 5), new Words.Span(9, 10));
    }
}
