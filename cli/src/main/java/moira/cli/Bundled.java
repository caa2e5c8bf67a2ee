package moira.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import moira.engine.MoiraException;

/** What ships with Moira: a small trained model and sample texts, in {@code bundled/} of its home. */
final class Bundled {
    private Bundled() {}

    static Path model() {
        return path("model.gguf", "--model");
    }

    static Path samples() {
        return path("samples", "--corpus");
    }

    private static Path path(String name, String option) {
        Path path = Path.of(System.getProperty("moira.home", "."), "bundled", name);
        if (!Files.exists(path)) {
            throw new MoiraException(
                    path + ": expected what ships with Moira, found nothing; start Moira with its launcher, or pass "
                            + option);
        }
        return path;
    }
}
