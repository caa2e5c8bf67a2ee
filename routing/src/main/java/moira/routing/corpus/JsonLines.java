package moira.routing.corpus;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import moira.engine.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file with one JSON value a line, compressed where its name ends in {@code .gz} or {@code .zst}. Blank lines are passed over. */
public final class JsonLines implements Closeable {
    private static final JsonMapper JSON = JsonMapper.builder(factory()).build();

    private final Path path;
    private final LineReader lines;
    private boolean damaged;

    private JsonLines(Path path, LineReader lines) {
        this.path = path;
        this.lines = lines;
    }

    /** @throws MoiraException if the file cannot be opened */
    public static JsonLines open(Path path) {
        try {
            return new JsonLines(path, new LineReader(stream(path), CorpusFile.MAX_BYTES));
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be read", e);
        }
    }

    /** Reads strings as long as a line may be. */
    public static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(CorpusFile.MAX_BYTES)
                        .build())
                .build();
    }

    /** A file's bytes, unpacked where its name says that they are packed. */
    public static InputStream stream(Path path) throws IOException {
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

    /**
     * The value of the next line, or null at the end.
     *
     * @throws MoiraException if the line is no JSON in UTF-8; the next call goes on behind it
     */
    public JsonNode next() {
        while (true) {
            byte[] line = line();
            if (line == null) {
                return null;
            }
            String text = decode(line);
            if (!text.isBlank()) {
                return parse(text);
            }
        }
    }

    private byte[] line() {
        try {
            byte[] line = damaged ? null : lines.next();
            if (line != null && lines.tooLong()) {
                throw MoiraException.expected(
                        at(), "a line of at most " + CorpusFile.MAX_BYTES + " bytes", "a longer one");
            }
            return line;
        } catch (MoiraException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decompressor meets damage with whatever it runs into; behind it there is nothing to go on with.
            damaged = true;
            throw MoiraException.expected(at(), "readable data", Reason.of(e));
        }
    }

    private String decode(byte[] line) {
        try {
            return Utf8.decode(line);
        } catch (CharacterCodingException e) {
            throw MoiraException.expected(at(), "UTF-8 text", "bytes that are not");
        }
    }

    private JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw MoiraException.expected(at(), "a JSON object", "no JSON: " + Reason.of(e));
        }
    }

    /** Whether the file cannot be read on, whatever its lines say. */
    public boolean isDamaged() {
        return damaged;
    }

    /** The file, and the line that {@link #next} last gave or failed to give. */
    public String at() {
        return path + ":" + number();
    }

    /** The number of that line, from 1. */
    public long number() {
        return lines.number();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
