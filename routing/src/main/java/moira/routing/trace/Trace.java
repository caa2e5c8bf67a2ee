package moira.routing.trace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;

/**
 * A trace in its folder, complete or not. It has routing, or else counts.
 *
 * @param header what {@code trace.json} says
 * @param documents {@code documents.parquet}
 * @param tokens {@code tokens.parquet}
 * @param routing the parts, in order
 * @param router the parts of the router's entropies and margins, as many; none where they were not recorded
 * @param counts {@code counts.parquet}
 * @param tokenCounts {@code token_counts.parquet}
 */
public record Trace(
        Path folder,
        TraceHeader header,
        Path documents,
        Optional<Path> tokens,
        List<Path> routing,
        List<Path> router,
        Optional<Path> counts,
        Optional<Path> tokenCounts) {
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
        Optional<Path> counts = TraceFolder.wholeIfThere(folder.counts());
        if (routing.isEmpty() && counts.isEmpty()) {
            throw MoiraException.expected(path.toString(), "a trace with at least one part", "none");
        }
        return new Trace(
                path,
                header,
                TraceFolder.mustBeWhole(folder.documents()),
                tokens(folder, header),
                routing,
                folder.routerParts(routing.size()),
                counts,
                TraceFolder.wholeIfThere(folder.tokenCounts()));
    }

    /** Only routing that was recorded elsewhere may lack them. */
    private static Optional<Path> tokens(TraceFolder folder, TraceHeader header) {
        return header.origin() == null
                ? Optional.of(TraceFolder.mustBeWhole(folder.tokens()))
                : TraceFolder.wholeIfThere(folder.tokens());
    }

    /** Whether it says where every token went, and not only how many went where. */
    public boolean hasRouting() {
        return !routing.isEmpty();
    }
}
