package moira.routing.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.routing.corpus.JsonLines;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON objects: one a line, or all in an array, however that is laid out. */
final class JsonRows {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonRows() {}

    static RowSource open(Path file) {
        return isArray(file) ? new Elements(file) : new Lines(file);
    }

    private static boolean isArray(Path file) {
        try (InputStream in = stream(file)) {
            int first = in.read();
            while (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
                first = in.read();
            }
            return first == '[';
        } catch (IOException e) {
            return false; // Whoever reads the lines will say what is wrong.
        }
    }

    private static InputStream stream(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }

    /** One a line. */
    private static final class Lines implements RowSource {
        private final JsonLines lines;

        Lines(Path file) {
            lines = JsonLines.open(file);
        }

        @Override
        public JsonNode next() {
            return lines.next();
        }

        @Override
        public String at() {
            return lines.at();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    /** The elements of an array, read one after another. */
    private static final class Elements implements RowSource {
        private final Path file;
        private final JsonParser parser;
        private int number;

        Elements(Path file) {
            this.file = file;
            try {
                parser = JSON.createParser(stream(file));
                parser.nextToken();
            } catch (IOException e) {
                throw MoiraException.cannot(file, "be read", e);
            }
        }

        @Override
        public JsonNode next() {
            number++;
            try {
                return parser.nextToken() == JsonToken.END_ARRAY ? null : JSON.readTree(parser);
            } catch (JacksonException e) {
                throw MoiraException.expected(at(), "a JSON object", "no JSON: " + Reason.of(e));
            }
        }

        @Override
        public String at() {
            return file + ", element " + number;
        }

        @Override
        public void close() {
            parser.close();
        }
    }
}
