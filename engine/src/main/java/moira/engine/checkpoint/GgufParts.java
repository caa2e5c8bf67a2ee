package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.engine.family.Settings;
import moira.engine.tensor.Tensor;

/**
 * A model in several GGUF files, as llama.cpp's {@code gguf-split} makes them: {@code NAME-00001-of-00003.gguf} and so on. The first
 * one has the metadata, each of them some tensors, and in each {@code split.no} (from 0), {@code split.count}, and the
 * {@code split.tensors.count} of all together. Put together they are as the one file that they were made of.
 */
final class GgufParts {
    private static final String NUMBER = "split.no";
    private static final String COUNT = "split.count";
    private static final String TENSORS = "split.tensors.count";
    private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");
    private static final long MOST = 99_999;

    /** What a part may say about the model that it belongs to. */
    private static final List<String> IDENTITY = List.of("general.architecture", "general.name");

    private final Path path;
    private final GgufFile first;
    private final int count;
    private final String name;

    private GgufParts(Path path, GgufFile first, int count, String name) {
        this.path = path;
        this.first = first;
        this.count = count;
        this.name = name;
    }

    /** The whole model of a file: of one that stands alone, itself. */
    static GgufFile whole(Path path, GgufFile file, Arena arena) {
        Object count = file.metadata().get(COUNT);
        if (count == null || count.equals(1L)) {
            return file;
        }
        if (!(count instanceof Long parts) || parts < 1 || parts > MOST) {
            throw MoiraException.expected(path + ": " + COUNT, "1 to " + MOST + " parts", Settings.describe(count));
        }
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (!name.matches() || Integer.parseInt(name.group(3)) != parts) {
            throw MoiraException.expected(
                    path.toString(),
                    String.format(
                            Locale.ROOT,
                            "a name that ends in -00001-of-%05d.gguf, by which the other parts of the model are found",
                            parts),
                    path.getFileName());
        }
        return new GgufParts(path, file, parts.intValue(), name.group(1)).joined(arena);
    }

    private GgufFile joined(Arena arena) {
        Object number = first.metadata().get(NUMBER);
        if (!Long.valueOf(0).equals(number)) {
            throw MoiraException.expected(
                    path.toString(), "the first part of the model, " + part(0), describePart(number));
        }
        checkAllAreThere();
        Map<String, Tensor> tensors = new LinkedHashMap<>(first.tensors());
        for (int i = 1; i < count; i++) {
            add(i, GgufFile.readPart(part(i), arena), tensors);
        }
        Object expected = first.metadata().get(TENSORS);
        if (expected != null && !expected.equals((long) tensors.size())) {
            throw MoiraException.expected(
                    path + ": " + TENSORS, Settings.describe(expected) + " tensors in all parts", tensors.size());
        }
        Map<String, Object> metadata = new LinkedHashMap<>(first.metadata());
        metadata.keySet().removeAll(List.of(NUMBER, COUNT, TENSORS));
        return new GgufFile(
                first.version(), Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(tensors));
    }

    private void add(int number, GgufFile part, Map<String, Tensor> tensors) {
        String where = part(number).toString();
        Object found = part.metadata().get(NUMBER);
        if (!Long.valueOf(number).equals(found)) {
            throw MoiraException.expected(where, describePart((long) number), describePart(found));
        }
        for (String key : List.of(COUNT, TENSORS)) {
            requireSame(where, key, part.metadata().get(key));
        }
        for (String key : IDENTITY) {
            if (part.metadata().containsKey(key)) {
                requireSame(where, key, part.metadata().get(key));
            }
        }
        part.tensors().forEach((name, tensor) -> {
            if (tensors.put(name, tensor) != null) {
                throw MoiraException.expected(where, "tensors that no part before has", name + " again");
            }
        });
    }

    private void requireSame(String where, String key, Object found) {
        Object expected = first.metadata().get(key);
        if (expected == null ? found != null : !expected.equals(found)) {
            throw MoiraException.expected(
                    where + ": " + key,
                    "a part of the same model as " + path.getFileName() + ", " + Settings.describe(expected),
                    Settings.describe(found));
        }
    }

    private void checkAllAreThere() {
        List<String> missing = new ArrayList<>();
        IntStream.range(1, count)
                .mapToObj(this::part)
                .filter(part -> !Files.exists(part))
                .forEach(part -> missing.add(part.getFileName().toString()));
        if (!missing.isEmpty()) {
            throw MoiraException.expected(
                    path.toString(), "all " + count + " parts beside it", "no " + String.join(", no ", missing));
        }
    }

    /** @param number from 0; names count from 1 */
    private Path part(int number) {
        return path.resolveSibling(String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", name, number + 1, count));
    }

    private static String describePart(Object number) {
        return number instanceof Long n ? "part " + (n + 1) : NUMBER + " " + Settings.describe(number);
    }
}
