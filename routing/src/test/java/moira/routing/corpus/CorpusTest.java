package moira.routing.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import moira.engine.MoiraException;
import moira.engine.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusTest {
    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();

    private List<Document> read(String... names) {
        List<Document> documents = new ArrayList<>();
        Corpus.open(Arrays.stream(names).map(folder::resolve).toList()).read(documents::add);
        return documents;
    }

    private List<Document> readOn(String name) {
        List<Document> documents = new ArrayList<>();
        Corpus.open(List.of(folder.resolve(name))).read(new DocumentSink() {
            @Override
            public void document(Document document) {
                documents.add(document);
            }

            @Override
            public void unreadable(String domain, MoiraException problem) {
                problems.add(domain + " " + problem.getMessage());
            }
        });
        return documents;
    }

    private void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static byte[] packed(String name, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(bytes) : new ZstdOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"text": "t", "meta": {"pile_set_name": "ArXiv", "domain": "no"}, "domain": "no"} | ArXiv
        {"text": "t", "meta": {"domain": "law"}, "domain": "no"}                          | law
        {"text": "t", "domain": "poems", "meta": null}                                    | poems
        {"text": "t", "meta": {"pile_set_name": ""}}                                      | my.file
        {"text": "t"}                                                                     | my.file
        """)
    void domainOfALine(String line, String domain) throws IOException {
        write("my.file.jsonl", line);
        assertThat(read("my.file.jsonl")).containsExactly(new Document(domain, "my.file.jsonl:1", "t"));
    }

    @Test
    void linesInOrderWithTheirSources() throws IOException {
        write("a.jsonl", "\uFEFF{\"text\": \"é\\u00e9\\n\", \"meta\": {\"source\": \"s\"}}\r\n\n{\"text\": \"\"}");
        assertThat(read("a.jsonl")).containsExactly(new Document("a", "s", "éé\n"), new Document("a", "a.jsonl:3", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.jsonl.gz", "x.jsonl.zst"})
    void compressedFiles(String name) throws IOException {
        String line = "{\"text\": \"" + "abc ".repeat(50_000) + "\"}\n";
        write(name, packed(name, line.repeat(20)));
        assertThat(read(name)).hasSize(20).allSatisfy(document -> {
            assertThat(document.text()).hasSize(200_000);
            assertThat(document.domain()).isEqualTo("x");
        });
    }

    @Test
    void severalPathsAndFoldersInTheOrderOfNames() throws IOException {
        write("c/b.jsonl", "{\"text\": \"3\"}");
        write("c/a.jsonl.gz", packed("a.gz", "{\"text\": \"1\"}\n{\"text\": \"2\"}"));
        write("c/README.md", "no document");
        write("t/prose/2.txt", "5");
        write("t/prose/1.txt", "4");
        write("t/verse/x/1", "6");
        write("t/verse/.hidden", "no document");
        assertThat(read("c", "t").stream().map(Document::text)).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(read("t").getLast()).isEqualTo(new Document("verse", "verse/x/1", "6"));
        assertThat(read("c").getLast()).isEqualTo(new Document("b", "b.jsonl:1", "3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"text": "cut                  | a JSON object
        not json                       | a JSON object
        {"title": "no text"}           | string "text"
        {"text": 5}                    | string "text"
        ["text"]                       | string "text"
        """)
    void aBadLineIsNamed(String line, String expected) throws IOException {
        write("bad.jsonl", "{\"text\": \"good\"}\n" + line + "\n{\"text\": \"good\"}");
        assertThatThrownBy(() -> read("bad.jsonl"))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("bad.jsonl:2")
                .hasMessageContaining(expected)
                .hasMessageNotContaining("\n");
        assertThat(readOn("bad.jsonl")).hasSize(2);
        assertThat(problems).singleElement().asString().startsWith("bad ").contains("bad.jsonl:2");
    }

    @Test
    void bytesThatAreNoUtf8AreNamed() throws IOException {
        write("bad.jsonl", "{\"text\": \"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));
        write("t/prose/1.txt", new byte[] {'a', (byte) 0xC3});
        assertThatThrownBy(() -> read("bad.jsonl"))
                .hasMessageContaining("bad.jsonl:1")
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> read("t")).hasMessageContaining("1.txt").hasMessageContaining("UTF-8");
        assertThat(readOn("t")).isEmpty();
        assertThat(problems).singleElement().asString().startsWith("prose ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut.jsonl.gz", "cut.jsonl.zst"})
    void aCutCompressedFileIsNamedAndWhatCameBeforeIsKept(String name) throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            text.append("{\"text\": \"")
                    .append(random.nextLong())
                    .append(random.nextLong())
                    .append("\"}\n");
        }
        byte[] whole = packed(name, text.toString());
        write(name, Arrays.copyOf(whole, whole.length * 9 / 10));
        assertThatThrownBy(() -> read(name)).isInstanceOf(MoiraException.class).hasMessageContaining(name + ":");
        int before = readOn(name).size();
        assertThat(before).isLessThan(2000);
        assertThat(problems).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flip.jsonl.gz", "flip.jsonl.zst"})
    void flippedBitsGiveALineOrAnError(String name) throws IOException {
        SplittableRandom random = new SplittableRandom(6);
        byte[] whole = packed(name, "{\"text\": \"some words that come again and again\"}\n".repeat(300));
        for (int i = 0; i < 300; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            write(name, flipped);
            try {
                assertThat(readOn(name).size()).isLessThan(10_000);
            } catch (MoiraException e) {
                assertThat(e).hasMessageContaining(name).hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void whatIsNoCorpusIsAnError() throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        write("loose/a.txt", "text");
        write("a.txt", "text");
        write("no.jsonl.gz", "not gzip");
        for (String name : List.of("empty", "loose", "a.txt", "missing", "no.jsonl.gz")) {
            assertThatThrownBy(() -> read(name))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void unwantedDomainsAreNotOpened() throws IOException {
        write("t/prose/1.txt", "1");
        write("t/prose/2.txt", new byte[] {(byte) 0xFF});
        List<Document> documents = new ArrayList<>();
        Corpus.open(List.of(folder.resolve("t"))).read(new DocumentSink() {
            @Override
            public void document(Document document) {
                documents.add(document);
            }

            @Override
            public boolean wants(String domain) {
                return documents.isEmpty();
            }
        });
        assertThat(documents).hasSize(1);
    }

    @Test
    void theSharedCorpusIsRead() {
        List<Document> documents = new ArrayList<>();
        Corpus.open(List.of(Shared.path("corpus/valid"))).read(documents::add);
        assertThat(documents).hasSize(17 + 38 + 18 + 19 + 161 + 86 + 73);
        assertThat(documents.stream().map(Document::domain).distinct())
                .containsExactly(
                        "arxiv",
                        "dm_mathematics",
                        "gutenberg",
                        "philpapers",
                        "pubmed_abstracts",
                        "stackexchange",
                        "wikipedia_en");
        assertThat(documents)
                .allSatisfy(document -> assertThat(document.source()).isNotEmpty());
    }
}
