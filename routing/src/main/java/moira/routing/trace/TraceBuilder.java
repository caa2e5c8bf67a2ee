package moira.routing.trace;

import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.engine.io.FolderLock;
import moira.routing.DuckDb;
import moira.routing.Folders;

/**
 * Writes a trace whose routing was recorded elsewhere. It has its place when it is whole, so that what goes wrong leaves
 * nothing behind and takes nothing away.
 */
public final class TraceBuilder implements AutoCloseable {
    private static final int MOST_ASSIGNMENTS = TraceOptions.DEFAULT_PART_ASSIGNMENTS;

    private final FolderLock lock;
    private final Succession succession;
    private final TraceFolder folder;
    private final DuckDb database;
    private int parts;
    private int assignments;
    private boolean whole;

    private TraceBuilder(FolderLock lock, Succession succession) {
        this.lock = lock;
        this.succession = succession;
        this.folder = succession.successor();
        folder.create();
        this.database = DuckDb.spilling(spill());
        createTables();
    }

    /**
     * Begins a trace.
     *
     * @param overwrite replace a trace that lies there, once the new one is whole
     * @throws MoiraException if something else lies there, or another process writes there
     */
    public static TraceBuilder begin(Path out, boolean overwrite) {
        TraceFolder target = new TraceFolder(out);
        FolderLock lock = target.take();
        try {
            Succession succession = new Succession(target);
            succession.restore();
            if (!(overwrite ? target.isNothingElse() : target.isFresh())) {
                throw MoiraException.expected(
                        out.toString(), overwrite ? "a new folder, or a trace alone" : "a new folder", "other files");
            }
            succession.discard();
            return new TraceBuilder(lock, succession);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private Path spill() {
        return folder.path().resolve("spill");
    }

    private void createTables() {
        database.execute("CREATE TABLE documents "
                + "(document INTEGER, domain VARCHAR, source VARCHAR, \"window\" INTEGER, tokens INTEGER)");
        database.execute("CREATE TABLE tokens "
                + "(document INTEGER, position INTEGER, token INTEGER, piece VARCHAR, special BOOLEAN)");
        database.execute("CREATE TABLE runs (document INTEGER, start INTEGER, layer SMALLINT, choice TINYINT, "
                + "experts SMALLINT[], weights FLOAT[])");
        database.execute("CREATE TABLE counts "
                + "(document INTEGER, layer SMALLINT, choice TINYINT, expert SMALLINT, assignments DOUBLE)");
        database.execute("CREATE TABLE token_counts (domain VARCHAR, layer SMALLINT, choice TINYINT, token INTEGER, "
                + "expert SMALLINT, assignments DOUBLE)");
    }

    /**
     * Has the tables {@code documents}, {@code tokens}, {@code counts}, {@code token_counts}, each with the columns of its file, to
     * be filled; one that stays empty makes no file.
     */
    public DuckDb database() {
        return database;
    }

    /**
     * Adds the experts of consecutive tokens.
     *
     * @param start the position of the first of them
     * @param choice from 1
     * @param experts {@code [tokens]}
     * @param weights {@code [tokens]}, or null where they are not known
     */
    public record Run(int document, int start, int layer, int choice, short[] experts, float[] weights) {}

    /** Adds runs, and writes a part where that fills one. */
    public void add(Iterable<Run> runs) {
        database.append("runs", rows -> {
            for (Run run : runs) {
                rows.beginRow().append(run.document).append(run.start).append((short) run.layer);
                rows.append((byte) run.choice).append(run.experts);
                if (run.weights == null) {
                    rows.appendNull();
                } else {
                    rows.append(run.weights);
                }
                rows.endRow();
                assignments += run.experts.length;
            }
        });
        if (assignments >= MOST_ASSIGNMENTS) {
            writePart();
        }
    }

    private void writePart() {
        writePart(
                "SELECT document, CAST(start + generate_subscripts(experts, 1) - 1 AS INTEGER) AS position, layer, choice, "
                        + "unnest(experts) AS expert, unnest(weights) AS weight FROM runs",
                null);
        database.execute("TRUNCATE runs");
        assignments = 0;
    }

    /**
     * Writes a part.
     *
     * @param routing a query with the columns of {@code routing}
     * @param router a query with the columns of {@code router}, or null where there is nothing known of it
     */
    public void writePart(String routing, String router) {
        if (router != null) {
            database.writeParquet(router, folder.router(parts));
        }
        database.writeParquet(routing, folder.routing(parts++));
    }

    /** Writes what is left, and puts the trace in its place. */
    public void complete(TraceHeader header) {
        if (assignments > 0) {
            writePart();
        }
        documents(header);
        writeTable("documents", "document", folder.documents());
        writeTable("tokens", "document, position", folder.tokens());
        writeTable("counts", "document, layer, choice, expert", folder.counts());
        writeTable("token_counts", "domain, layer, choice, token, expert", folder.tokenCounts());
        header.write(folder.header());
        Folders.delete(spill());
        folder.removeEmpty();
        whole = true;
        succession.succeed();
    }

    /** What was filled in without a phase is of the trace's, where that is one for all. */
    private void documents(TraceHeader header) {
        String phase = header.phase() == null || header.phase().equals("mixed") ? "NULL" : "'" + header.phase() + "'";
        database.execute("ALTER TABLE documents ADD COLUMN IF NOT EXISTS phase VARCHAR DEFAULT " + phase);
        database.execute("ALTER TABLE documents ADD COLUMN IF NOT EXISTS answer INTEGER");
    }

    private void writeTable(String table, String order, Path file) {
        long[] rows = {0};
        database.query("SELECT COUNT(*) FROM " + table, row -> rows[0] = row.getLong(1));
        if (rows[0] > 0) {
            database.writeParquet("SELECT * FROM " + table + " ORDER BY " + order, file);
        }
    }

    /** Of a trace that was not completed nothing is left. */
    @Override
    public void close() {
        try {
            database.close();
            if (!whole) {
                succession.discard();
            }
        } finally {
            lock.close();
        }
    }
}
