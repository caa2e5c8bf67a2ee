package moira.routing.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/**
 * One document a line: {@code {"text": ..., "meta": {"pile_set_name": ..., "source": ...}}}.
 *
 * @param name as sources and errors call the file; the same wherever the corpus lies
 */
record JsonLinesFile(Path path, String name) implements CorpusFile {
    private static final Pattern NAME = Pattern.compile("(.+?)\\.jsonl(\\.gz|\\.zst)?");

    static boolean isNamed(Path path) {
        return matcher(path).matches();
    }

    private static Matcher matcher(Path path) {
        return NAME.matcher(path.getFileName().toString());
    }

    @Override
    public void read(DocumentSink sink) {
        try (JsonLines lines = JsonLines.open(path)) {
            boolean more = true;
            while (more) {
                more = readLine(lines, sink);
            }
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be read", e);
        }
    }

    /** Whether there may be another line. */
    private boolean readLine(JsonLines lines, DocumentSink sink) {
        Document document;
        try {
            JsonNode node = lines.next();
            if (node == null) {
                return false;
            }
            document = document(node, lines);
        } catch (MoiraException e) {
            sink.unreadable(fileDomain(), e);
            return true;
        }
        if (sink.wants(document.domain())) {
            sink.document(document);
        }
        return true;
    }

    private Document document(JsonNode node, JsonLines lines) {
        JsonNode text = node.path("text");
        if (!text.isString()) {
            throw MoiraException.expected(lines.at(), "an object with a string \"text\"", "none");
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
}
