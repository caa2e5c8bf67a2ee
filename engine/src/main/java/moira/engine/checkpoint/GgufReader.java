package moira.engine.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import moira.engine.MoiraException;

/**
 * Reads the header of a GGUF file from its first byte to its last. Every length is held against what is left of the file before
 * anything is allocated for it.
 */
final class GgufReader {
    /** More than ten times the largest vocabularies, and what keeps a broken length in a huge file from filling the memory. */
    private static final long LONGEST_HEADER = 1L << 27;

    /**
     * Elements of all arrays together: six times those of a vocabulary of 262 144 with its scores, types and merges. An element of
     * one byte in the file takes eight in memory.
     */
    private static final int MOST_ELEMENTS = 1 << 23;

    private static final int DEEPEST_ARRAY = 4;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The types of metadata values in the order of their numbers, with the least bytes that one takes. */
    private enum Type {
        UINT8(1),
        INT8(1),
        UINT16(2),
        INT16(2),
        UINT32(4),
        INT32(4),
        FLOAT32(4),
        BOOL(1),
        STRING(8),
        ARRAY(12),
        UINT64(8),
        INT64(8),
        FLOAT64(8);

        final int leastBytes;

        Type(int leastBytes) {
            this.leastBytes = leastBytes;
        }
    }

    private final MemorySegment file;
    private final String name;
    private final long end;
    private long at;
    private int elements;

    /** @param name of the file, for errors */
    GgufReader(MemorySegment file, String name) {
        this.file = file;
        this.name = name;
        this.end = Math.min(file.byteSize(), LONGEST_HEADER);
    }

    /** The file and the byte that is read next. */
    String where() {
        return where(at);
    }

    /** The byte that is read next. */
    long offset() {
        return at;
    }

    int int32(String what) {
        return file.get(INT, advance(4, what));
    }

    long int64(String what) {
        return file.get(LONG, advance(8, what));
    }

    /** How many of something follow, each of at least so many bytes. */
    int count(String what, int leastBytes) {
        long start = at;
        long count = int64("the number of " + what);
        long most = Math.min((end - at) / leastBytes, Integer.MAX_VALUE - 8);
        if (count < 0 || count > most) {
            throw MoiraException.expected(
                    where(start), "at most " + most + " " + what + " in what is left", Long.toUnsignedString(count));
        }
        return (int) count;
    }

    /** A string: its length in bytes, then UTF-8. What is no UTF-8 becomes U+FFFD. */
    String string(String what) {
        byte[] bytes = new byte[count("bytes of " + what, 1)];
        MemorySegment.copy(file, JAVA_BYTE, advance(bytes.length, what), bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A type and a value of it, as {@link GgufFile#metadata} describes them. */
    Object value() {
        return value(type(), 0);
    }

    private Type type() {
        long start = at;
        int number = int32("the type of a value");
        Type[] types = Type.values();
        if (number < 0 || number >= types.length) {
            String most = "a type of value from 0 to " + (types.length - 1);
            throw MoiraException.expected(where(start), most, Integer.toUnsignedString(number));
        }
        return types[number];
    }

    private Object value(Type type, int depth) {
        return switch (type) {
            case STRING -> string("a string");
            case BOOL -> bool();
            case FLOAT32, FLOAT64 -> floating(type);
            case ARRAY -> array(depth + 1);
            default -> integer(type);
        };
    }

    private long integer(Type type) {
        long start = advance(type.leastBytes, "an integer");
        return switch (type) {
            case UINT8 -> Byte.toUnsignedLong(file.get(JAVA_BYTE, start));
            case INT8 -> file.get(JAVA_BYTE, start);
            case UINT16 -> Short.toUnsignedLong(file.get(SHORT, start));
            case INT16 -> file.get(SHORT, start);
            case UINT32 -> Integer.toUnsignedLong(file.get(INT, start));
            case INT32 -> file.get(INT, start);
            case UINT64, INT64 -> file.get(LONG, start);
            default -> throw new IllegalArgumentException(type + " is no integer");
        };
    }

    private double floating(Type type) {
        return type == Type.FLOAT32
                ? Float.intBitsToFloat(int32("a number"))
                : Double.longBitsToDouble(int64("a number"));
    }

    private boolean bool() {
        long start = advance(1, "a boolean");
        int value = file.get(JAVA_BYTE, start);
        if (value != 0 && value != 1) {
            throw MoiraException.expected(where(start), "a boolean, 0 or 1", value & 0xFF);
        }
        return value == 1;
    }

    private Object array(int depth) {
        if (depth > DEEPEST_ARRAY) {
            throw MoiraException.expected(where(), "arrays nested " + DEEPEST_ARRAY + " deep at most", "a deeper one");
        }
        Type type = type();
        String start = where();
        int count = count("elements of an array", type.leastBytes);
        if (count > MOST_ELEMENTS - elements) {
            throw MoiraException.expected(
                    start, "at most " + MOST_ELEMENTS + " elements of arrays", (long) elements + count);
        }
        elements += count;
        return switch (type) {
            case STRING -> strings(count);
            case BOOL -> booleans(count);
            case FLOAT32, FLOAT64 -> doubles(type, count);
            case ARRAY -> arrays(count, depth);
            default -> longs(type, count);
        };
    }

    private String[] strings(int count) {
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            values[i] = string("a string");
        }
        return values;
    }

    private boolean[] booleans(int count) {
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
            values[i] = bool();
        }
        return values;
    }

    private double[] doubles(Type type, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = floating(type);
        }
        return values;
    }

    private long[] longs(Type type, int count) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = integer(type);
        }
        return values;
    }

    private Object[] arrays(int count, int depth) {
        Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            values[i] = array(depth + 1);
        }
        return values;
    }

    private long advance(long bytes, String what) {
        if (bytes > end - at) {
            throw MoiraException.expected(where(), what + " of " + bytes + " bytes", (end - at) + " bytes left");
        }
        long start = at;
        at += bytes;
        return start;
    }

    private String where(long offset) {
        return name + ", offset " + offset;
    }
}
