package moira.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import moira.engine.Shared;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Byte-level vocabularies against what Hugging Face's tokenizers make of the same texts. */
class ByteLevelGoldenTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2",
                "granite",
                "glm4",
                "qwen2",
                "deepseek-llm",
                "deepseek-v3",
                "gpt-4o",
                "tekken",
                "olmo",
                "llama3",
                "real-deepseek_v3",
                "real-gptoss",
                "real-llama3_1",
                "real-qwen3"
            })
    void agrees(String name) throws IOException {
        Tokenizer tokenizer = open(name);
        int compared = 0;
        int differ = 0;
        // Of all rows those in which special tokens that stand in the text are a user's words.
        for (JsonNode row : rows("modes." + name + ".jsonl")) {
            if (row.path("parse_special").booleanValue()
                    || row.path("add_special").booleanValue()) {
                continue;
            }
            compared++;
            int[] found = tokenizer.encode(row.path("text").stringValue());
            if (!Arrays.equals(found, ints(row.path("ids")))) {
                differ++;
                System.out.println(name + ": " + row.path("text") + " expected " + row.path("ids") + ", found "
                        + Arrays.toString(found));
            }
        }
        assertThat(compared).isPositive();
        assertThat(differ).as("%s, of %d", name, compared).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "granite", "glm4", "qwen2", "deepseek-llm", "deepseek-v3", "gpt-4o", "tekken"})
    void whatIsEncodedIsDecoded(String name) throws IOException {
        Tokenizer tokenizer = open(name);
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            String text = random(random);
            String expected = name.equals("qwen2") ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(expected);
        }
    }

    private static String random(Random random) {
        int[] points = random.ints(random.nextInt(30), 0, 8)
                .map(kind -> switch (kind) {
                    case 0 -> random.nextInt(0x20);
                    case 1, 2 -> ' ' + random.nextInt(95);
                    case 3 -> 0xA0 + random.nextInt(0x500);
                    case 4 -> 0x4E00 + random.nextInt(0x5000);
                    case 5 -> 0x1F300 + random.nextInt(0x300);
                    case 6 -> 0x300 + random.nextInt(0x70);
                    default -> ' ';
                })
                .toArray();
        return new String(points, 0, points.length);
    }

    private Tokenizer open(String name) throws IOException {
        Path plain = Shared.path("tokenizers-bpe").resolve(name + ".tokenizer.json");
        if (Files.exists(plain)) {
            return Tokenizers.open(plain);
        }
        Path file = folder.resolve("tokenizer.json");
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(plain.resolveSibling(name + ".tokenizer.json.gz")))) {
            Files.copy(in, file);
        }
        return Tokenizers.open(file);
    }

    private static List<JsonNode> rows(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Shared.path("tokenizers-bpe").resolve(file))) {
            return lines.map(JSON::readTree).toList();
        }
    }

    private static int[] ints(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
