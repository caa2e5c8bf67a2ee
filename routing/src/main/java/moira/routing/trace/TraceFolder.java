package moira.routing.trace;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import moira.engine.MoiraException;

/** Where the files of a trace lie. */
record TraceFolder(Path path) {
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
        return part("routing", part);
    }

    Path router(int part) {
        return part("router", part);
    }

    private Path part(String folder, int part) {
        return path.resolve(folder).resolve(String.format(Locale.ROOT, "part-%05d.parquet", part));
    }

    /** Makes the folders. */
    void create() {
        try {
            Files.createDirectories(path.resolve("routing"));
            Files.createDirectories(path.resolve("router"));
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be made", e);
        }
    }

    /** Removes the folders of parts that have none. */
    void removeEmpty() {
        for (String folder : List.of("routing", "router")) {
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
        if (parquet("routing").size() != parts.size()) {
            throw MoiraException.expected(
                    routing(parts.size()).toString(), "a part of the trace", "later parts but not this");
        }
        return parts;
    }

    /** The router's parts beside so many of the routing, or none at all. */
    List<Path> routerParts(int parts) {
        if (parquet("router").isEmpty()) {
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

    /** Whether something else than left-overs of ours lies here already. */
    boolean isTaken() {
        return list("").stream().anyMatch(file -> !file.toString().endsWith(".tmp"));
    }

    /** Whether nothing but a trace, and left-overs of ours, lies here. */
    boolean isNothingElse() {
        List<Path> ours = List.of(
                header(),
                documents(),
                tokens(),
                counts(),
                tokenCounts(),
                path.resolve("routing"),
                path.resolve("router"));
        return Stream.of("", "routing", "router")
                .flatMap(folder -> list(folder).stream())
                .allMatch(file -> ours.contains(file)
                        || file.toString().endsWith(".tmp")
                        || file.getFileName().toString().matches("part-\\d{5,}\\.parquet"));
    }

    /** Removes what a trace that was cut off had not finished. */
    void removeTemporary() {
        for (String folder : List.of("", "routing", "router")) {
            remove(list(folder).stream()
                    .filter(file -> file.toString().endsWith(".tmp"))
                    .toList());
        }
    }

    /** Removes the trace, and nothing else that lies in the folder. */
    void removeTrace() {
        removeTemporary();
        for (String folder : List.of("routing", "router")) {
            remove(parquet(folder));
        }
        remove(List.of(documents(), tokens(), counts(), tokenCounts(), header()));
    }

    private List<Path> parquet(String folder) {
        return list(folder).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
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
