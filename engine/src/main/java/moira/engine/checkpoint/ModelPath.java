package moira.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.engine.io.LfsPointer;

/** Where a model lies, by what people call it: the file or folder itself, one shard of several, or a folder of Hugging Face's cache. */
final class ModelPath {
    private static final String SHARD = ".safetensors";
    private static final Pattern CACHED = Pattern.compile("models--(.+?)--(.+)");

    private ModelPath() {}

    /**
     * The file or folder that is meant.
     *
     * @throws MoiraException if it is a pointer to a file that was not fetched, or a cache without what it points to
     */
    static Path of(Path path) {
        if (Files.isDirectory(path)) {
            return isCached(path) ? snapshot(path) : path;
        }
        LfsPointer.refuse(path);
        Path folder = path.toAbsolutePath().getParent();
        return path.toString().endsWith(SHARD) && FolderLayout.of(folder).isPresent() ? folder : path;
    }

    private static boolean isCached(Path folder) {
        return Files.isDirectory(folder.resolve("snapshots"))
                && FolderLayout.of(folder).isEmpty();
    }

    /** Of the revision that {@code refs/main} names. */
    private static Path snapshot(Path cache) {
        Path main = cache.resolve("refs").resolve("main");
        if (!Files.exists(main)) {
            throw MoiraException.expected(cache.toString(), "refs/main, which names a snapshot", "none");
        }
        try {
            String revision = Files.readString(main).strip();
            Path snapshot = cache.resolve("snapshots").resolve(revision);
            if (!revision.matches("[\\w.-]+") || !Files.isDirectory(snapshot)) {
                throw MoiraException.expected(
                        main.toString(), "the name of a folder in snapshots", '"' + revision + '"');
            }
            return snapshot;
        } catch (IOException e) {
            throw MoiraException.cannot(main, "be read", e);
        }
    }

    /** What a folder is called: its own name, which the root of a file system has not; in Hugging Face's cache, as there. */
    static String name(Path folder) {
        Path whole = folder.toAbsolutePath().normalize();
        for (Path part : whole) {
            Matcher cached = CACHED.matcher(part.toString());
            if (cached.matches()) {
                return cached.group(1) + "/" + cached.group(2);
            }
        }
        return Objects.requireNonNullElse(whole.getFileName(), whole).toString();
    }

    /** What lies in a folder that has no {@code config.json}, and what to do. */
    static String withoutConfig(Path folder) {
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be listed", e);
        }
        String found = "a folder without config.json";
        return names.stream()
                .filter(name -> name.endsWith(".gguf"))
                .findFirst()
                .map(gguf -> found + "; give the file itself: " + folder.resolve(gguf))
                .orElse(
                        names.stream().anyMatch(name -> name.endsWith(SHARD))
                                ? found + "; fetch it from where the safetensors are from"
                                : found);
    }
}
