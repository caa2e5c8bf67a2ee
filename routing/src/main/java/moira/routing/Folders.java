package moira.routing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import moira.engine.MoiraException;

/** Folders that are made and removed whole. */
public final class Folders {
    private Folders() {}

    /** @throws MoiraException if it cannot be made */
    public static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be made", e);
        }
    }

    /** Removes a folder of ours with all that is in it; nothing where it is not there. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw MoiraException.cannot(folder, "be removed", e.getCause());
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be removed", e);
        }
    }
}
