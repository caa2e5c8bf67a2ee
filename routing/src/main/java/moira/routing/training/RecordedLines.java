package moira.routing.training;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import moira.engine.MoiraException;
import moira.routing.corpus.JsonLines;
import tools.jackson.databind.JsonNode;

/** Reads the lines that a training has written, the last of which may have been cut off with it. */
final class RecordedLines {
    private RecordedLines() {}

    static <T> List<T> read(Path file, BiFunction<JsonNode, String, T> reader, Consumer<String> warn) {
        List<T> all = new ArrayList<>();
        each(file, (line, at) -> all.add(reader.apply(line, at)), warn);
        return all;
    }

    /**
     * Gives every line and where it stands.
     *
     * @throws MoiraException if a line is broken that is not the unfinished last one
     */
    static void each(Path file, BiConsumer<JsonNode, String> reader, Consumer<String> warn) {
        try (JsonLines lines = JsonLines.open(file)) {
            JsonNode line;
            while ((line = next(lines, file, warn)) != null) {
                reader.accept(line, lines.at());
            }
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    private static JsonNode next(JsonLines lines, Path file, Consumer<String> warn) throws IOException {
        try {
            return lines.next();
        } catch (MoiraException broken) {
            if (isFinished(file) || hasNext(lines)) {
                throw broken;
            }
            warn.accept("left out, a last line that was cut off: " + broken.getMessage());
            return null;
        }
    }

    private static boolean hasNext(JsonLines lines) {
        try {
            return lines.next() != null;
        } catch (MoiraException another) {
            return true;
        }
    }

    private static boolean isFinished(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            if (bytes.length() == 0) {
                return true;
            }
            bytes.seek(bytes.length() - 1);
            return bytes.read() == '\n';
        }
    }

    /** A whole number that is at least 0. */
    static long count(JsonNode line, String name, String at) {
        JsonNode value = line.path(name);
        if (!value.isIntegralNumber() || value.asLong(-1) < 0) {
            throw MoiraException.expected(at, "\"" + name + "\", a count", shown(value));
        }
        return value.asLong();
    }

    /** A number that is none but finite. */
    static double number(JsonNode value, String name, String at) {
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw MoiraException.expected(at, "\"" + name + "\", a number", shown(value));
        }
        return value.asDouble();
    }

    static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "nothing" : value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
