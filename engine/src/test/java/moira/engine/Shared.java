package moira.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The goldens and fixtures that lie beside the project, in {@code ../shared}. */
public final class Shared {
    private static final Path ROOT = Path.of(System.getProperty("moira.home", "."))
            .toAbsolutePath()
            .normalize()
            .resolveSibling("shared");

    private Shared() {}

    static Path root() {
        return ROOT;
    }

    /** A file or folder of {@code ../shared}; without it the calling test is skipped, and says so. */
    public static Path path(String name) {
        Path path = ROOT.resolve(name);
        if (!Files.exists(path)) {
            System.err.println("SKIPPED: " + path + " is not here, so the test that needs it does not run");
            Assumptions.abort(path + " is missing");
        }
        return path;
    }
}
