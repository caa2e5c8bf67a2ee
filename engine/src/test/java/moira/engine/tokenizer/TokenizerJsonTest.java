package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import moira.engine.MoiraException;
import moira.engine.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerJsonTest {
    private static final Path FILE = Path.of("x.json");

    private static final String PREPEND =
            "{'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': '▁'}, REPLACE]}";

    /** Merges as strings, an added token that is text and one that is not. */
    private static final String SMALL = """
            {'added_tokens': [{'id': 1, 'content': '<s>', 'special': true}, {'id': 7, 'content': '[X]', 'special': false}],
             'normalizer': PREPEND, 'pre_tokenizer': null,
             'post_processor': {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>'}}, {'Sequence': {}}]},
             'model': {'type': 'BPE', 'unk_token': '<unk>', 'fuse_unk': true,
              'vocab': {'<unk>': 0, '<s>': 1, '</s>': 2, '▁': 3, 'a': 4, '▁a': 5, '▁▁': 6},
              'merges': ['▁ ▁', '▁ a']}}
            """.replace("PREPEND", PREPEND)
            .replace("REPLACE", "{'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}");

    private static Tokenizer read(String json) {
        return TokenizerJson.read(FILE, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String metaspace(String options) {
        return SMALL.replaceFirst(
                "'normalizer': .*",
                "'normalizer': null, 'pre_tokenizer': {'type': 'Metaspace', 'replacement': '▁'" + options + "},");
    }

    @Test
    void readsASmallVocabulary() {
        Tokenizer tokenizer = read(SMALL);
        assertThat(tokenizer.size()).isEqualTo(8);
        // What follows an added token gets a space of its own, as in the library.
        assertThat(tokenizer.encode("a  a[X]<s>")).containsExactly(5, 6, 4, 7, 3, 0);
        assertThat(tokenizer.isSpecial(1)).isTrue();
        assertThat(tokenizer.isSpecial(7)).isFalse();
        assertThat(tokenizer.decode(1, 5, 7, 4)).isEqualTo("a[X]a");
        assertThat(tokenizer.bos()).isEqualTo(1);
        assertThat(tokenizer.eos()).isEqualTo(2);
        assertThat(tokenizer.addsBos()).isTrue();
    }

    @Test
    void mergesMayBeArrays() {
        String arrays = SMALL.replace("'▁ ▁', '▁ a'", "['▁', '▁'], ['▁', 'a']");
        assertThat(read(arrays).encode("a  a")).containsExactly(5, 6, 4);
    }

    /** Expected by the definition of Metaspace: prefix unless the text starts with a space, a split before every space. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", 'prepend_scheme': 'first', 'split': false | 'a  a' | 5 6 4",
                ", 'prepend_scheme': 'first', 'split': false | ' a'   | 5",
                ", 'prepend_scheme': 'never', 'split': false | 'a a'  | 4 5",
                ", 'add_prefix_space': false                 | 'a a'  | 4 5",
                ", 'add_prefix_space': true                  | 'a  a' | 5 3 5",
                "                                            | '   a' | 3 3 5",
            },
            quoteCharacter = '`')
    void readsMetaspace(String options, String text, String ids) {
        Tokenizer tokenizer = read(metaspace(options == null ? "" : options));
        int[] expected =
                Arrays.stream(ids.split(" ")).mapToInt(Integer::parseInt).toArray();
        assertThat(tokenizer.encode(text.replace("'", ""))).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'type': 'BPE'             | 'type': 'Unigram'        | found model Unigram",
                "'model'                   | 'other'                  | found no model",
                "'vocab'                   | 'words'                  | with vocab and merges",
                "'merges'                  | 'pairs'                  | with vocab and merges",
                "'fuse_unk': true          | 'dropout': 0.1           | without dropout, found 0.1",
                "'fuse_unk': true          | 'ignore_merges': true    | follows its merges",
                "'fuse_unk': true          | 'end_of_word_suffix':'w' | without end_of_word_suffix, found w",
                "'type': 'Prepend'         | 'type': 'NFC'            | found NFC",
                "'pre_tokenizer': null     | 'pre_tokenizer': {'type': 'ByteLevel'} | expected no normalizer, or NFC, found Prepend",
                "'pre_tokenizer': null     | 'pre_tokenizer': {'type': 'Whitespace'} | a pre-tokenizer of Metaspace with ▁, or Split by a pattern into isolated pieces, Digits one by one, ByteLevel without a space in front, found Whitespace",
                "'TemplateProcessing'      | 'RobertaProcessing'      | a post-processor of TemplateProcessing, ByteLevel, found RobertaProcessing",
                "'▁': 3                    | '▁': 30                  | ids from 0 without a gap",
                "'▁': 3                    | '▁': 4                   | id 4 for a",
                "'▁': 3                    | '▁': -3                  | id -3 for ▁",
                "'▁': 3                    | '▁': '3'                 | id \"3\" for ▁",
                "'▁': 3,                   | ``                       | a piece for every id, found none for id 3",
                "'id': 7                   | 'id': 6                  | id 6 for [X]",
                "'▁ a'                     | '▁a'                     | merge 1 of two pieces",
                "'▁ a'                     | '▁ a a'                  | merge 1 of two pieces",
                "'▁ a'                     | 7                        | merge 1 of two pieces",
                "'▁ a'                     | 'a a'                    | merge 1 to join two pieces into a third",
                "'unk_token': '<unk>'      | 'x': 0                   | a piece for unknown characters",
            })
    void namesWhatItDoesNotRead(String part, String replacement, String message) {
        assertThat(SMALL).contains(part);
        assertThatThrownBy(() -> read(SMALL.replace(part, replacement)))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("x.json: expected")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void readsByteLevelVocabularies() {
        Tokenizer tokenizer = Tokenizers.open(Shared.path("tokenizers/models/qwen2_5.tokenizer.json"));
        assertThat(tokenizer.encode("Hello world")).containsExactly(9707, 1879);
        assertThat(tokenizer.decode(tokenizer.encode("naïve 家\n\tx"))).isEqualTo("naïve 家\n\tx");
    }

    @Test
    void aFileCutOrBrokenAnywhereIsReadOrRefused() throws IOException {
        byte[] whole = SMALL.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length - 2; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> TokenizerJson.read(FILE, cut)).isInstanceOf(MoiraException.class);
        }
        Random random = new Random(1);
        for (int round = 0; round < 5000; round++) {
            byte[] broken = whole.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            readOrRefuse(broken);
        }
        byte[] large = Files.readAllBytes(Goldens.model("json"));
        for (int round = 0; round < 20; round++) {
            byte[] cut = Arrays.copyOf(large, random.nextInt(large.length));
            assertThatThrownBy(() -> TokenizerJson.read(FILE, cut)).isInstanceOf(MoiraException.class);
        }
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> read("{'model': ".repeat(200_000)))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("x.json: expected JSON");
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            Tokenizer tokenizer = TokenizerJson.read(FILE, bytes);
            tokenizer.decode(tokenizer.encode("a  a[X] 字"));
        } catch (MoiraException e) {
            assertThat(e.getMessage()).startsWith("x.json: expected").doesNotContain("\n");
        }
    }
}
