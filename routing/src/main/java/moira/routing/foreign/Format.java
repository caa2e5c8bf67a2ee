package moira.routing.foreign;

import java.nio.file.Path;
import java.util.List;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;

/** A kind of file that routing is recorded in. */
interface Format {
    /** Fills everything but the table {@code documents}, and tells the account what there was to tell. */
    Imported read(List<Path> files, ImportOptions options, TraceBuilder trace, Account account, Progress progress);
}
