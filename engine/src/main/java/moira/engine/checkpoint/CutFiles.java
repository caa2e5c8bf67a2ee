package moira.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What became of mapped files: memory of one that was cut since faults when it is touched, and the fault does not say which it was. */
public final class CutFiles {
    private static final Map<Path, Long> MAPPED = new ConcurrentHashMap<>();

    private CutFiles() {}

    static void mapped(Path path, long bytes) {
        MAPPED.put(path.toAbsolutePath(), bytes);
    }

    /** Files that are shorter than they were when they were mapped last, or are not there any more. */
    public static List<Path> found() {
        return MAPPED.entrySet().stream()
                .filter(file -> size(file.getKey()) < file.getValue())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return -1;
        }
    }
}
