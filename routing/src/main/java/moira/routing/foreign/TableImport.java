package moira.routing.foreign;

import java.nio.file.Path;
import java.util.List;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;

/** CSV and Parquet: rows of decisions or of choices; or counts, where there is a column for them. */
final class TableImport implements Format {
    @Override
    public Imported read(
            List<Path> files, ImportOptions options, TraceBuilder trace, Account account, Progress progress) {
        boolean counts;
        try (GivenTable first = GivenTable.open(files.getFirst(), trace)) {
            counts = TableCounts.areIn(first);
        }
        return counts
                ? new TableCounts(options, trace, account).read(files)
                : new RowsImport((file, given, builder, told) ->
                                TableRows.of(GivenTable.open(file, builder), given, told))
                        .read(files, options, trace, account, progress);
    }
}
