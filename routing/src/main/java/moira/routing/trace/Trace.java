package moira.routing.trace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import moira.engine.MoiraException;

/**
 * A trace in its folder, complete or not.
 *
 * @param header what {@code trace.json} says
 * @param documents {@code documents.parquet}
 * @param tokens {@code tokens.parquet}
 * @param routing the parts, in order
 * @param router the parts of the router's entropies and margins, as many; none where they were not recorded
 */
public record Trace(
        Path folder, TraceHeader header, Path documents, Path tokens, List<Path> routing, List<Path> router) {
    /**
     * Finds the files, and looks whether each is whole.
     *
     * @throws MoiraException if this is no trace, of a newer version, without any part, or a file is cut
     */
    public static Trace open(Path path) {
        TraceFolder folder = new TraceFolder(path);
        if (!Files.exists(folder.header())) {
            throw MoiraException.expected(path.toString(), "a trace's folder with a trace.json", "none");
        }
        TraceHeader header = TraceHeader.read(folder.header());
        List<Path> routing = folder.routingParts();
        if (routing.isEmpty()) {
            throw MoiraException.expected(path.toString(), "a trace with at least one part", "none");
        }
        return new Trace(
                path,
                header,
                TraceFolder.mustBeWhole(folder.documents()),
                TraceFolder.mustBeWhole(folder.tokens()),
                routing,
                folder.routerParts(routing.size()));
    }
}
