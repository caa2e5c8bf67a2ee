package moira.routing.analysis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;

/** The tables that a trace does not suffice for. One that an earlier analysis left in the folder is removed: it is of another trace. */
final class MissingTables {
    static final String COUNTS = "the source gives counts, not where each token went";
    static final String FIRST_CHOICES = "the source counts first choices alone";
    static final String TOKENS = "the source does not give its tokens";
    static final String PIECES = "the source gives its tokens as numbers without text";
    static final String PAIRS =
            "domains are held against one another two by two up to " + Divergence.MOST_PAIRED + " of them";
    static final String PROBABILITIES = "the router's probabilities were not recorded";

    private final Path folder;
    private final List<Entry> entries = new ArrayList<>();

    /** @param folder the tables are written to */
    MissingTables(Path folder) {
        this.folder = folder;
    }

    /** Why there is no such table. */
    record Entry(String table, String reason) {}

    /** Whether a table can be made; if not, the reason is kept. */
    boolean has(String table, boolean sufficient, String reason) {
        if (!sufficient) {
            entries.add(new Entry(table, reason));
            remove(folder.resolve(table + ".parquet"));
            remove(folder.resolve(table + ".csv"));
        }
        return sufficient;
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be removed", e);
        }
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }
}
