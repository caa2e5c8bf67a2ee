package moira.routing.trace;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.engine.io.FolderLock;
import moira.engine.io.Replacement;
import moira.routing.Folders;

/** Where the files of a trace lie. */
record TraceFolder(Path path) {
    private static final String LOCK = "trace.lock";
    private static final String ROUTING = "routing";
    private static final String ROUTER = "router";
    private static final List<String> PARTS = List.of(ROUTING, ROUTER);
    private static final String PART = "part-\\d{5,}\\.parquet";
    private static final String UNFINISHED_PART =
            PART + Pattern.quote(Replacement.temporary(Path.of("")).toString());
    private static final byte[] PARQUET_MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    Path header() {
        return path.resolve("trace.json");
    }

    Path documents() {
        return path.resolve("documents.parquet");
    }

    Path tokens() {
        return path.resolve("tokens.parquet");
    }

    /** In the place of the routing, where only counts are known. */
    Path counts() {
        return path.resolve("counts.parquet");
    }

    Path tokenCounts() {
        return path.resolve("token_counts.parquet");
    }

    Path routing(int part) {
        return part(ROUTING, part);
    }

    Path router(int part) {
        return part(ROUTER, part);
    }

    private Path part(String folder, int part) {
        return path.resolve(folder).resolve(String.format(Locale.ROOT, "part-%05d.parquet", part));
    }

    /** Makes the folders. */
    void create() {
        Folders.create(path.resolve(ROUTING));
        Folders.create(path.resolve(ROUTER));
    }

    /**
     * Takes the folder for one that writes.
     *
     * @throws MoiraException if another process writes there
     */
    FolderLock take() {
        return FolderLock.take(path, LOCK);
    }

    /** Removes the folders of parts that have none. */
    void removeEmpty() {
        for (String folder : PARTS) {
            if (list(folder).isEmpty()) {
                remove(List.of(path.resolve(folder)));
            }
        }
    }

    /** The routing parts without a hole, in order; a part that is not whole is an error. */
    List<Path> routingParts() {
        List<Path> parts = new ArrayList<>();
        while (Files.exists(routing(parts.size()))) {
            parts.add(mustBeWhole(routing(parts.size())));
        }
        if (parquet(ROUTING).size() != parts.size()) {
            throw MoiraException.expected(
                    routing(parts.size()).toString(), "a part of the trace", "later parts but not this");
        }
        return parts;
    }

    /** The router's parts beside so many of the routing, or none at all. */
    List<Path> routerParts(int parts) {
        if (parquet(ROUTER).isEmpty()) {
            return List.of();
        }
        return IntStream.range(0, parts)
                .mapToObj(part -> mustBeWhole(router(part)))
                .toList();
    }

    /** A file that not every trace has. */
    static Optional<Path> wholeIfThere(Path file) {
        return Files.exists(file) ? Optional.of(mustBeWhole(file)) : Optional.empty();
    }

    /** A Parquet file begins and ends with its magic number; a cut one does not. */
    static Path mustBeWhole(Path file) {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            if (length < 12 || !magicAt(in, 0) || !magicAt(in, length - PARQUET_MAGIC.length)) {
                throw MoiraException.expected(file.toString(), "a whole Parquet file", "a cut or damaged one");
            }
            return file;
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    private static boolean magicAt(RandomAccessFile in, long offset) throws IOException {
        byte[] bytes = new byte[PARQUET_MAGIC.length];
        in.seek(offset);
        in.readFully(bytes);
        return Arrays.equals(bytes, PARQUET_MAGIC);
    }

    /** What a trace has, its header first. */
    List<Path> entries() {
        return List.of(
                header(), documents(), tokens(), counts(), tokenCounts(), path.resolve(ROUTING), path.resolve(ROUTER));
    }

    /** Whether nothing lies here but left-overs of a trace that was ended before it had a header, and of ours. */
    boolean isFresh() {
        return isNothingElse()
                && entries().subList(0, 5).stream().noneMatch(Files::exists)
                && PARTS.stream().allMatch(folder -> parquet(folder).isEmpty());
    }

    /** Whether nothing but a trace, whole or not, lies here. */
    boolean isNothingElse() {
        Set<Path> ours = new HashSet<>(entries());
        ours.add(path.resolve(LOCK));
        ours.addAll(new Succession(this).folders());
        PARTS.forEach(folder -> ours.addAll(parquet(folder)));
        ours.addAll(temporary());
        return Stream.of("", ROUTING, ROUTER)
                .flatMap(folder -> list(folder).stream())
                .allMatch(ours::contains);
    }

    /** Removes what a trace that was cut off had not finished. */
    void removeTemporary() {
        remove(temporary());
    }

    /** Whatever else has a name that ends like this is not ours. */
    private List<Path> temporary() {
        Set<Path> unfinished = new HashSet<>();
        entries().forEach(file -> unfinished.add(Replacement.temporary(file)));
        Stream<Path> files = list("").stream().filter(unfinished::contains);
        Stream<Path> parts = PARTS.stream()
                .flatMap(folder -> list(folder).stream())
                .filter(file -> file.getFileName().toString().matches(UNFINISHED_PART));
        return Stream.concat(files, parts).toList();
    }

    /** Removes the trace, and nothing else that lies in the folder. */
    void removeTrace() {
        removeTemporary();
        remove(entries().subList(0, 5));
        PARTS.forEach(folder -> remove(parquet(folder)));
    }

    private List<Path> parquet(String folder) {
        return list(folder).stream()
                .filter(file -> file.getFileName().toString().matches(PART))
                .toList();
    }

    private List<Path> list(String folder) {
        Path directory = path.resolve(folder);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw MoiraException.cannot(directory, "be listed", e);
        }
    }

    private static void remove(List<Path> files) {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw MoiraException.cannot(file, "be removed", e);
            }
        }
    }
}
