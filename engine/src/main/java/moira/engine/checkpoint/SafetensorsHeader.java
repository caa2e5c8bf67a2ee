package moira.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.family.Settings;

/** Checks what the header of a safetensors file says against the data that follow it. */
final class SafetensorsHeader {
    /** The bytes of one value, by type. */
    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("U16", 2),
            Map.entry("I16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("U32", 4),
            Map.entry("I32", 4),
            Map.entry("F32", 4),
            Map.entry("U64", 8),
            Map.entry("I64", 8),
            Map.entry("F64", 8));

    private record Placed(String name, String dtype, List<Long> shape, long begin, long end) {}

    private final MemorySegment data;
    private final String file;

    SafetensorsHeader(MemorySegment data, String file) {
        this.data = data;
        this.file = file;
    }

    static Map<String, String> metadata(Object value, String file) {
        if (value == null) {
            return Map.of();
        }
        String where = file + ", __metadata__";
        Map<String, String> texts = new LinkedHashMap<>();
        Json.object(value, where).forEach((key, text) -> {
            if (!(text instanceof String)) {
                throw MoiraException.expected(where + ", " + key, "a text", Settings.describe(text));
            }
            texts.put(key, (String) text);
        });
        return Collections.unmodifiableMap(texts);
    }

    Map<String, SafetensorsFile.Entry> entries(Map<String, Object> header) {
        List<Placed> placed = header.entrySet().stream()
                .map(entry -> placed(entry.getKey(), entry.getValue()))
                .toList();
        checkDataIsCovered(placed);
        Map<String, SafetensorsFile.Entry> entries = new LinkedHashMap<>();
        for (Placed p : placed) {
            MemorySegment bytes = data.asSlice(p.begin, p.end - p.begin);
            entries.put(p.name, new SafetensorsFile.Entry(p.name, p.dtype, p.shape, bytes));
        }
        return Collections.unmodifiableMap(entries);
    }

    private Placed placed(String name, Object value) {
        String where = where(name);
        Map<String, Object> fields = Json.object(value, where);
        if (!(fields.get("dtype") instanceof String dtype) || !BYTES.containsKey(dtype)) {
            String types = BYTES.keySet().stream().sorted().collect(Collectors.joining(", "));
            throw MoiraException.expected(where, "a dtype of " + types, Settings.describe(fields.get("dtype")));
        }
        List<Long> shape = naturals(fields.get("shape"), where + ", shape");
        List<Long> offsets = naturals(fields.get("data_offsets"), where + ", data_offsets");
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > data.byteSize()) {
            throw MoiraException.expected(where, "data_offsets [begin, end] within " + data.byteSize(), offsets);
        }
        long bytes = offsets.get(1) - offsets.get(0);
        if (!hasSize(shape, BYTES.get(dtype), bytes)) {
            throw MoiraException.expected(where, "the bytes of " + dtype + " " + shape, bytes + " bytes");
        }
        return new Placed(name, dtype, shape, offsets.get(0), offsets.get(1));
    }

    private static List<Long> naturals(Object value, String where) {
        if (value instanceof List<?> list
                && list.stream()
                        .allMatch(n -> (n instanceof Integer || n instanceof Long) && ((Number) n).longValue() >= 0)) {
            return list.stream().map(n -> ((Number) n).longValue()).toList();
        }
        throw MoiraException.expected(where, "a list of whole numbers from 0", Settings.describe(value));
    }

    private static boolean hasSize(List<Long> shape, long bytesPerValue, long bytes) {
        long size = bytesPerValue;
        for (long dimension : shape) {
            if (Math.multiplyHigh(size, dimension) != 0 || size * dimension < 0) {
                return false;
            }
            size *= dimension;
        }
        return size == bytes;
    }

    /** The format allows neither gaps nor overlaps, so a file that was cut off or sewn together wrongly shows here. */
    private void checkDataIsCovered(List<Placed> entries) {
        long covered = 0;
        for (Placed entry : entries.stream()
                .sorted(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end))
                .toList()) {
            if (entry.begin != covered) {
                throw MoiraException.expected(where(entry.name), "data from offset " + covered, entry.begin);
            }
            covered = entry.end;
        }
        if (covered != data.byteSize()) {
            throw MoiraException.expected(file, covered + " bytes of data", data.byteSize());
        }
    }

    private String where(String name) {
        return file + ", tensor " + name;
    }
}
