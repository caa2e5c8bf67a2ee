package moira.routing.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import moira.engine.Shared;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Tokenizers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenClassTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "▁|whitespace_indentation",
                "▁▁▁▁|whitespace_indentation",
                "\"    \"|whitespace_indentation",
                "ĠĠ|whitespace_indentation",
                "<0x09>|whitespace_indentation",
                "<0x0A>|line_break",
                "ĊĊ|line_break",
                "ĠĊ|line_break",
                "<0x0D>|line_break",
                "7|digit",
                "▁1|digit",
                "٣|digit",
                ".|punctuation",
                "▁\"|punctuation",
                "'s|punctuation",
                "-|punctuation",
                "_|punctuation",
                "。|punctuation",
                "(|bracket",
                "▁{|bracket",
                "]);|bracket",
                "==|operator",
                "▁+|operator",
                "->|operator",
                "!=|operator",
                "≤|operator",
                "\\|latex_command",
                "\\frac|latex_command",
                "▁return|keyword",
                "Ġdef|keyword",
                "self|keyword",
                "▁None|keyword",
                "▁Question|capitalised_word",
                "Name|capitalised_word",
                "Ġthe|word_start",
                "▁élan|word_start",
                "▁for|word_start",
                "ing|word_continuation",
                "<0xE2>|byte_fallback",
                "<0x41>|capitalised_word",
                "中|other",
                "▁の|other",
                "→|operator",
                "☃|other"
            })
    void aPieceHasItsClass(String piece, String name) {
        assertThat(TokenClass.of(piece)).hasToString(name);
    }

    @Test
    void aVocabularyFallsIntoAllClasses() {
        Tokenizer tokenizer = Tokenizers.open(Shared.path("tokenizers/models/tokenizer.model.v1"));
        Map<TokenClass, Integer> counts = new TreeMap<>();
        for (int id = 0; id < tokenizer.size(); id++) {
            if (!tokenizer.isSpecial(id)) {
                counts.merge(TokenClass.of(tokenizer.piece(id)), 1, Integer::sum);
            }
        }
        System.out.println("classes of Mistral's 32000 pieces: " + counts);
        assertThat(counts).containsOnlyKeys(TokenClass.values());
        assertThat(counts.get(TokenClass.BYTE_FALLBACK)).isEqualTo(128);
        assertThat(counts.get(TokenClass.OTHER)).isLessThan(tokenizer.size() / 5);
        assertThat(counts.get(TokenClass.WORD_START)).isGreaterThan(tokenizer.size() / 4);
    }
}
