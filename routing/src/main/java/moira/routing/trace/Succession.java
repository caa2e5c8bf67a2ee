package moira.routing.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.engine.io.Replacement;
import moira.routing.Folders;

/**
 * A trace that takes the place of another when it is whole. Both lie below the folder meanwhile, which may be a link, the root of a
 * disk, or in a folder that we cannot write to: it stays, and what is in it is moved.
 *
 * @param target the folder
 */
record Succession(TraceFolder target) {
    /** Where the new trace is written. */
    TraceFolder successor() {
        return new TraceFolder(Replacement.temporary(target.path().resolve("new")));
    }

    private TraceFolder predecessor() {
        return new TraceFolder(Replacement.temporary(target.path().resolve("old")));
    }

    /** Says that all of the predecessor was moved away, and what lies in its place is of the successor. */
    private Path moved() {
        return predecessor().path().resolve("moved");
    }

    /** Folders of ours that may lie in the target. */
    List<Path> folders() {
        return List.of(successor().path(), predecessor().path());
    }

    /**
     * Puts the successor in its place.
     *
     * @throws MoiraException if the system does not let us; the old trace is where it was then, and the new one is kept
     */
    void succeed() {
        Folders.create(predecessor().path());
        try {
            move(target, predecessor());
            Files.createFile(moved());
            move(successor(), target);
        } catch (IOException e) {
            MoiraException failure = new MoiraException(
                    target.path() + ": cannot be replaced: " + Reason.of(e) + "; the new trace lies whole in "
                            + successor().path(),
                    e);
            goBack(failure);
            throw failure;
        }
        Folders.delete(predecessor().path());
        Folders.delete(successor().path());
    }

    private void goBack(MoiraException failure) {
        try {
            if (Files.exists(moved())) {
                move(target, successor());
            }
            restore();
        } catch (IOException | MoiraException e) {
            failure.addSuppressed(e);
        }
    }

    /** If a process ended while it put a successor in its place, the old trace comes back, unless all was done. */
    void restore() {
        try {
            if (Files.exists(predecessor().header()) && !Files.exists(target.header())) {
                if (Files.exists(moved())) {
                    target.removeTrace();
                    target.removeEmpty();
                    Files.delete(moved());
                }
                move(predecessor(), target);
            }
            Folders.delete(predecessor().path());
        } catch (IOException e) {
            throw MoiraException.cannot(target.path(), "be restored", e);
        }
    }

    /** What was begun and not completed. */
    void discard() {
        Folders.delete(successor().path());
    }

    /** The header leaves the target first and comes there last: a folder that has one has all of its trace. */
    private void move(TraceFolder from, TraceFolder to) throws IOException {
        List<Path> entries =
                from.equals(target) ? from.entries() : from.entries().reversed();
        for (Path entry : entries) {
            if (Files.exists(entry)) {
                Files.move(entry, to.path().resolve(entry.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
