package moira.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The goldens and fixtures that lie beside the project, in {@code ../shared}. The property {@code moira.shared} says otherwise:
 * {@code hidden}, as if they were not there; {@code required}, that a test fails without them.
 */
public final class Shared {
    private static final String USE = System.getProperty("moira.shared", "");

    private static final Path ROOT = Path.of(System.getProperty("moira.home", "."))
            .toAbsolutePath()
            .normalize()
            .resolveSibling(USE.equals("hidden") ? "hidden from the tests" : "shared");

    private Shared() {}

    static Path root() {
        return ROOT;
    }

    /** A file or folder of {@code ../shared}; without it the calling test is skipped, and says so. */
    public static Path path(String name) {
        Path path = ROOT.resolve(name);
        if (!Files.exists(path)) {
            if (USE.equals("required")) {
                throw new AssertionError(path + " is missing, and must not be (-Dmoira.shared=required)");
            }
            System.err.println("SKIPPED: " + path + " is not here, so the test that needs it does not run");
            Assumptions.abort(path + " is missing");
        }
        return path;
    }
}
