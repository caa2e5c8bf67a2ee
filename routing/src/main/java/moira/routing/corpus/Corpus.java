package moira.routing.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.MoiraException;

/**
 * Documents in files. A path is a file of JSON lines ({@code .jsonl}, {@code .jsonl.gz}, {@code .jsonl.zst}), or a folder of
 * such files, or a folder with one sub-folder a domain and one UTF-8 text file a document. Documents come in the order of the
 * paths, then of the files' names, then of the lines, and are never all in memory.
 */
public final class Corpus {
    private final List<Path> paths;
    private final List<CorpusFile> files;

    private Corpus(List<Path> paths, List<CorpusFile> files) {
        this.paths = paths;
        this.files = files;
    }

    /**
     * Finds the files; reads none of them yet.
     *
     * @throws MoiraException if a path is missing, is of no kind named above, or has no documents in it
     */
    public static Corpus open(List<Path> paths) {
        List<CorpusFile> files = new ArrayList<>();
        for (Path path : paths) {
            List<CorpusFile> found = Files.isDirectory(path) ? folder(path) : List.of(file(path));
            if (found.isEmpty()) {
                throw MoiraException.expected(
                        path.toString(),
                        "files named *.jsonl, *.jsonl.gz, *.jsonl.zst, or a sub-folder a domain",
                        "none");
            }
            files.addAll(found);
        }
        return new Corpus(List.copyOf(paths), List.copyOf(files));
    }

    private static CorpusFile file(Path path) {
        if (!Files.exists(path)) {
            throw MoiraException.expected(path.toString(), "a corpus", "no such file");
        }
        if (!JsonLinesFile.isNamed(path)) {
            throw MoiraException.expected(
                    path.toString(), "a folder, or a file named *.jsonl, *.jsonl.gz or *.jsonl.zst", "another name");
        }
        return new JsonLinesFile(path, path.getFileName().toString());
    }

    private static List<CorpusFile> folder(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .filter(Corpus::isDocument)
                    .sorted(Comparator.comparing(Corpus::name))
                    .map(relative -> inFolder(folder, relative))
                    .toList();
        } catch (UncheckedIOException e) {
            // Of a folder below, while walking.
            throw MoiraException.cannot(folder, "be listed", e.getCause());
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be listed", e);
        }
    }

    /** Loose files beside the domains (a README, a licence) and hidden ones are not documents. */
    private static boolean isDocument(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return relative.getNameCount() > 1 || JsonLinesFile.isNamed(relative);
    }

    private static CorpusFile inFolder(Path folder, Path relative) {
        Path path = folder.resolve(relative);
        return JsonLinesFile.isNamed(relative)
                ? new JsonLinesFile(path, name(relative))
                : new TextFile(path, relative.getName(0).toString(), name(relative));
    }

    private static String name(Path relative) {
        return relative.toString().replace('\\', '/');
    }

    /** What {@link #open} was given. */
    public List<Path> paths() {
        return paths;
    }

    /**
     * Reads the documents in their order.
     *
     * @throws MoiraException if the sink does not accept that something is unreadable, or a file cannot be opened
     */
    public void read(DocumentSink sink) {
        for (CorpusFile file : files) {
            file.read(sink);
        }
    }
}
