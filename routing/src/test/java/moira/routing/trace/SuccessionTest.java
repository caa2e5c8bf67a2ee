package moira.routing.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace takes the place of another, or does not, wherever the process ends. */
class SuccessionTest {
    private static final List<String> OLD =
            List.of("trace.json", "documents.parquet", "tokens.parquet", "routing/part-00000.parquet");
    private static final List<String> NEW = List.of(
            "trace.json",
            "documents.parquet",
            "counts.parquet",
            "routing/part-00001.parquet",
            "router/part-00001.parquet");

    @TempDir
    private Path path;

    private Succession succession() {
        return new Succession(new TraceFolder(path));
    }

    private static Map<String, String> write(TraceFolder folder, List<String> names, String word) throws IOException {
        folder.create();
        Map<String, String> files = new TreeMap<>();
        for (String name : names) {
            Files.writeString(folder.path().resolve(name), word);
            files.put(name, word);
        }
        folder.removeEmpty();
        return files;
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(path)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(path.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void theSuccessorIsAllThatIsLeft() throws IOException {
        write(new TraceFolder(path), OLD, "old");
        Map<String, String> successor = write(succession().successor(), NEW, "new");
        succession().succeed();
        assertThat(files()).isEqualTo(successor);
        assertThat(path.resolve("routing")).isNotEmptyDirectory();
    }

    /** Some entries have been moved away, and then some of the successor's have come: the old trace comes back whole. */
    @Test
    void endedAnywhereTheOldTraceComesBack() throws IOException {
        TraceFolder target = new TraceFolder(path);
        for (int moves = 1; moves < 14; moves++) {
            Map<String, String> old = write(target, OLD, "old");
            TraceFolder successor = succession().successor();
            write(successor, NEW, "new");
            Path aside = Files.createDirectory(succession().folders().getLast());
            int left = moves;
            for (Path entry : target.entries()) {
                left -= left > 0 && move(entry, aside) ? 1 : 0;
            }
            if (left > 0) {
                Files.createFile(aside.resolve("moved"));
                for (Path entry : successor.entries().reversed()) {
                    left -= left > 1 && !entry.equals(successor.header()) && move(entry, path) ? 1 : 0;
                }
            }
            succession().restore();
            succession().discard();
            assertThat(files()).as("%s moves", moves).isEqualTo(old);
        }
    }

    private static boolean move(Path entry, Path folder) throws IOException {
        boolean there = Files.exists(entry);
        if (there) {
            Files.move(entry, folder.resolve(entry.getFileName()));
        }
        return there;
    }

    @Test
    void endedBeforeTheOldTraceIsRemovedTheNewOneStays() throws IOException {
        Map<String, String> successor = write(new TraceFolder(path), NEW, "new");
        Files.createDirectory(succession().folders().getLast());
        Files.writeString(succession().folders().getLast().resolve("trace.json"), "old");
        succession().restore();
        assertThat(files()).isEqualTo(successor);
    }

    /** A folder with something else in it cannot be replaced: neither trace is lost. */
    @Test
    void whatTheSystemRefusesLosesNeither() throws IOException {
        Map<String, String> all = write(new TraceFolder(path), OLD, "old");
        TraceFolder successor = succession().successor();
        write(successor, NEW, "new");
        Path inTheWay = Files.createDirectories(succession().folders().getLast().resolve("routing"));
        all.put(path.relativize(Files.writeString(inTheWay.resolve("x"), "x")).toString(), "x");
        assertThatThrownBy(() -> succession().succeed())
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining(path + ": cannot be replaced: ")
                .hasMessageEndingWith("; the new trace lies whole in " + successor.path());
        for (String name : NEW) {
            assertThat(successor.path().resolve(name)).hasContent("new");
        }
        for (String name : OLD) {
            assertThat(Stream.of(path, succession().folders().getLast()).map(folder -> folder.resolve(name)))
                    .anyMatch(Files::exists);
        }
    }
}
