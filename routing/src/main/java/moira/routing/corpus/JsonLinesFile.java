package moira.routing.corpus;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One document a line: {@code {"text": ..., "meta": {"pile_set_name": ..., "source": ...}}}.
 *
 * @param name as sources and errors call the file; the same wherever the corpus lies
 */
record JsonLinesFile(Path path, String name) implements CorpusFile {
    private static final Pattern NAME = Pattern.compile("(.+?)\\.jsonl(\\.gz|\\.zst)?");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .build();

    static boolean isNamed(Path path) {
        return matcher(path).matches();
    }

    private static Matcher matcher(Path path) {
        return NAME.matcher(path.getFileName().toString());
    }

    @Override
    public void read(DocumentSink sink) {
        try (LineReader lines = new LineReader(open(), MAX_BYTES)) {
            readLines(lines, sink);
        } catch (IOException e) {
            throw new MoiraException(path + ": cannot be read: " + e, e);
        }
    }

    private InputStream open() throws IOException {
        InputStream file = Files.newInputStream(path);
        try {
            return switch (path.toString()) {
                case String s when s.endsWith(".gz") -> new GZIPInputStream(file, 1 << 16);
                case String s when s.endsWith(".zst") -> new ZstdInputStream(file);
                default -> file;
            };
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void readLines(LineReader lines, DocumentSink sink) {
        while (true) {
            byte[] line;
            try {
                line = lines.next();
            } catch (IOException | RuntimeException e) {
                // The decompressor meets damage with whatever it runs into; behind it there is nothing to go on with.
                sink.unreadable(fileDomain(), MoiraException.expected(at(lines), "readable data", e.getMessage()));
                return;
            }
            if (line == null) {
                return;
            }
            readLine(line, lines, sink);
        }
    }

    private void readLine(byte[] line, LineReader lines, DocumentSink sink) {
        Document document;
        try {
            if (lines.tooLong()) {
                throw MoiraException.expected(at(lines), "a line of at most " + MAX_BYTES + " bytes", "a longer one");
            }
            String text = decode(line, lines);
            if (text.isBlank()) {
                return;
            }
            document = document(text, lines);
        } catch (MoiraException e) {
            sink.unreadable(fileDomain(), e);
            return;
        }
        if (sink.wants(document.domain())) {
            sink.document(document);
        }
    }

    private String decode(byte[] line, LineReader lines) {
        try {
            return Utf8.decode(line);
        } catch (CharacterCodingException e) {
            throw MoiraException.expected(at(lines), "UTF-8 text", "bytes that are not");
        }
    }

    private Document document(String line, LineReader lines) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw MoiraException.expected(at(lines), "a JSON object", "no JSON: " + e.getOriginalMessage());
        }
        JsonNode text = node.path("text");
        if (!text.isString()) {
            throw MoiraException.expected(at(lines), "an object with a string \"text\"", "none");
        }
        String source = node.path("meta").path("source").asString("");
        return new Document(domain(node), source.isEmpty() ? name + ":" + lines.number() : source, text.stringValue());
    }

    private String domain(JsonNode node) {
        JsonNode meta = node.path("meta");
        for (JsonNode named : new JsonNode[] {meta.path("pile_set_name"), meta.path("domain"), node.path("domain")}) {
            if (named.isString() && !named.stringValue().isBlank()) {
                return named.stringValue();
            }
        }
        return fileDomain();
    }

    private String fileDomain() {
        Matcher matcher = matcher(path);
        return matcher.matches() ? matcher.group(1) : name;
    }

    private String at(LineReader lines) {
        return path + ":" + lines.number();
    }
}
