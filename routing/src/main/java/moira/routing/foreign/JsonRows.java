package moira.routing.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.routing.corpus.JsonLines;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON objects: one a line, or all in an array, however that is laid out. */
final class JsonRows {
    private static final JsonMapper JSON = JsonMapper.builder(JsonLines.factory())
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonRows() {}

    static RowSource open(Path file) {
        return isLines(file) ? new Lines(file) : new Elements(file);
    }

    /** Whether the first line that is not blank is a value by itself, or no JSON at all. */
    private static boolean isLines(Path file) {
        try (JsonLines lines = JsonLines.open(file)) {
            try {
                JsonNode first = lines.next();
                return first == null || !first.isArray();
            } catch (MoiraException e) {
                return lines.isDamaged() || !beginsLikeOne(file);
            }
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    private static boolean beginsLikeOne(Path file) {
        try (InputStream in = JsonLines.stream(file)) {
            int first = in.read();
            while (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
                first = in.read();
            }
            return "[{".indexOf(first) >= 0;
        } catch (IOException | RuntimeException e) {
            return false; // Whoever reads the lines will say what is wrong.
        }
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

    /** The elements of an array, or values that are laid out over several lines, read one after another. */
    private static final class Elements implements RowSource {
        private final Path file;
        private final JsonParser parser;
        private boolean inArray;
        private int number;

        Elements(Path file) {
            this.file = file;
            try {
                parser = JSON.createParser(JsonLines.stream(file));
            } catch (IOException e) {
                throw MoiraException.cannot(file, "be read", e);
            }
        }

        @Override
        public JsonNode next() {
            try {
                JsonToken token = parser.nextToken();
                if (number++ == 0 && token == JsonToken.START_ARRAY) {
                    inArray = true;
                    token = parser.nextToken();
                }
                boolean ends = inArray ? token == JsonToken.END_ARRAY : token == null;
                return ends ? null : JSON.readTree(parser);
            } catch (JacksonIOException e) {
                throw MoiraException.expected(at(), "readable data", Reason.of(e.getCause()));
            } catch (JacksonException e) {
                throw MoiraException.expected(at(), "a JSON object", "no JSON: " + Reason.of(e));
            } catch (RuntimeException e) {
                // The decompressor meets damage with whatever it runs into.
                throw MoiraException.expected(at(), "readable data", Reason.of(e));
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
