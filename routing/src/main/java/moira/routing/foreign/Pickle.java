package moira.routing.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipFile;
import moira.engine.MoiraException;

/** Python's pickle, which is a program: to read one is to run it. No import reads any. */
final class Pickle {
    private static final Set<String> ENDINGS = Set.of("pt", "pth", "pkl", "pickle", "ckpt");
    private static final int PROTOCOL = 0x80;
    private static final int NEWEST_PROTOCOL = 5;

    private Pickle() {}

    /** Fails if a file is a pickle, by its name or by what is in it; and if it is no file. */
    static void refuse(Path file) {
        if (!Files.isRegularFile(file)) {
            throw MoiraException.expected(file.toString(), "a file", Files.exists(file) ? "something else" : "none");
        }
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1)) || isPickle(file)) {
            throw refused(file.toString());
        }
    }

    static MoiraException refused(String where) {
        return MoiraException.expected(
                where,
                "numbers alone (load it in Python where you trust it, then numpy.savez(\"routing.npz\", experts=...);"
                        + " see docs/import.md)",
                "a Python pickle, which runs code when it is read");
    }

    private static boolean isPickle(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2);
            if (start.length < 2) {
                return false;
            }
            if (Byte.toUnsignedInt(start[0]) == PROTOCOL) {
                return start[1] >= 2 && start[1] <= NEWEST_PROTOCOL;
            }
            return start[0] == 'P' && start[1] == 'K' && isTorch(file);
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    /** PyTorch's own files are zips around a pickle. A zip that is broken is for its reader to tell. */
    private static boolean isTorch(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.stream().anyMatch(entry -> entry.getName().endsWith("data.pkl"));
        } catch (IOException e) {
            return false;
        }
    }
}
