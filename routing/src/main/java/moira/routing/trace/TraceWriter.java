package moira.routing.trace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import moira.engine.MoiraException;
import moira.engine.RoutingObserver;
import moira.engine.io.FolderLock;
import moira.engine.tokenizer.Tokenizer;

/**
 * Writes a trace as its windows are run, or goes on with one that was cut off:
 *
 * <pre>{@code
 * for (Window window : writer.remaining()) {
 *     RoutingObserver observer = writer.begin(window);
 *     // run window.tokens() with the observer
 *     writer.end();
 * }
 * writer.complete();
 * }</pre>
 *
 * Where parts end is decided by the plan alone, so a trace that was gone on with has the same files as one written in one go. A part is
 * written by a thread of its own while the next one is recorded; what was closed without {@link #complete} says that it is
 * incomplete and can be gone on with.
 */
public final class TraceWriter implements AutoCloseable {
    private final FolderLock lock;
    private final TraceFolder folder;
    private final TraceHeader header;
    private final List<List<Window>> parts;
    private final PartWriter files;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("trace writer").daemon().factory());
    private final int firstPart;
    private int part;
    private PartBuffer buffer;
    private Future<?> pending;

    private TraceWriter(FolderLock lock, TraceFolder folder, TraceHeader header, Plan plan, Tokenizer tokenizer) {
        this.lock = lock;
        this.folder = folder;
        this.header = header;
        this.parts = plan.parts(header.partTokens());
        this.firstPart = folder.routingParts().size();
        this.part = firstPart;
        this.files = new PartWriter(folder, header);
        try {
            files.writePlan(plan.windows(), tokenizer);
        } catch (RuntimeException e) {
            thread.close();
            files.close();
            throw e;
        }
    }

    /**
     * Begins a trace in a new or empty folder, or goes on with one of the same plan. Of a complete one nothing {@link
     * #remaining remains}.
     *
     * @param header not complete, of the plan's corpus
     * @param overwrite remove a trace that lies there, and begin anew
     * @throws MoiraException if something else lies in the folder, a trace of another plan, or another process writes there
     */
    public static TraceWriter open(Path path, TraceHeader header, Plan plan, Tokenizer tokenizer, boolean overwrite) {
        TraceFolder folder = new TraceFolder(path);
        FolderLock lock = folder.take();
        try {
            begin(folder, header, overwrite);
            return new TraceWriter(lock, folder, header, plan, tokenizer);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void begin(TraceFolder folder, TraceHeader header, boolean overwrite) {
        new Succession(folder).restore();
        boolean begun = Files.exists(folder.header());
        if (overwrite && (begun || folder.isNothingElse())) {
            folder.removeTrace();
        } else if (begun) {
            header.mustContinue(TraceHeader.read(folder.header()), folder.header());
        } else if (!folder.isFresh()) {
            throw MoiraException.expected(folder.path().toString(), "a new folder, or a trace", "other files");
        }
        folder.create();
        folder.removeTemporary();
        header.write(folder.header());
    }

    /** The windows that are not in the folder yet. */
    public List<Window> remaining() {
        return parts.stream().skip(firstPart).flatMap(List::stream).toList();
    }

    /**
     * The same in groups that may be run together: neighbours of one part, at most {@code most} of them, with {@code tokens} tokens
     * unless it is one alone. Like parts, groups are the same in a trace that was gone on with.
     */
    public List<List<Window>> remaining(int most, int tokens) {
        return parts.stream()
                .skip(firstPart)
                .flatMap(windows -> Plan.groups(windows, most, tokens).stream())
                .toList();
    }

    /** The next of the {@link #remaining} windows is about to be run; what is returned is to be told of its routing. */
    public RoutingObserver begin(Window window) {
        if (buffer == null) {
            buffer = new PartBuffer(parts.get(part), header);
        }
        return buffer.begin(window);
    }

    /**
     * The windows have been run that were begun, all of one part.
     *
     * @throws MoiraException if not all of their routing was told, or an earlier part could not be written
     */
    public void end() {
        buffer.end();
        if (buffer.isFull()) {
            await();
            int number = part++;
            PartBuffer full = buffer;
            buffer = null;
            pending = thread.submit(() -> files.writePart(number, full));
        }
    }

    /** All windows have been run: waits for the last part, and says that the trace is complete. */
    public void complete() {
        await();
        if (part != parts.size()) {
            throw new IllegalStateException("only " + part + " of " + parts.size() + " parts are recorded");
        }
        header.completed().write(folder.header());
    }

    private void await() {
        Future<?> write = pending;
        pending = null;
        try {
            if (write != null) {
                write.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MoiraException known) {
                throw known;
            }
            throw new MoiraException(folder.path() + ": cannot be written: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MoiraException(folder.path() + ": interrupted", e);
        }
    }

    /** Waits for the part that is being written; windows of an unfinished part are lost. */
    @Override
    public void close() {
        try {
            await();
        } finally {
            thread.close();
            files.close();
            lock.close();
        }
    }
}
