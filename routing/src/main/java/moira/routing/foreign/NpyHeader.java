package moira.routing.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.MoiraException;
import moira.engine.Reason;

/**
 * The header of an npy file, versions 1 to 3 (numpy.lib.format): magic, version, length of 2 or 4 bytes, then a Python dict that
 * says type, order and shape.
 *
 * @param bytes of the whole header, after which the values begin
 */
record NpyHeader(ElementType type, List<Long> shape, int bytes) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /** What numpy itself reads without being asked to trust the file. */
    private static final int LONGEST = 10_000;

    private static final Pattern DESCR = Pattern.compile("'descr':\\s*(?:'([^']*)'|(\\[))");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9L, ]*)\\)");

    /** Reads the header, and nothing behind it. */
    static NpyHeader read(String where, InputStream in) {
        try {
            byte[] start = in.readNBytes(8);
            if (start.length < 8 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw MoiraException.expected(where, "an npy array", "other data");
            }
            int version = start[6];
            if (version < 1 || version > 3) {
                throw MoiraException.expected(where, "npy of version 1 to 3", version);
            }
            int lengthBytes = version == 1 ? 2 : 4;
            int length = length(where, in.readNBytes(lengthBytes), lengthBytes);
            byte[] text = in.readNBytes(length);
            if (text.length < length) {
                throw MoiraException.expected(where, "an npy header of " + length + " bytes", text.length);
            }
            return parse(where, new String(text, StandardCharsets.UTF_8), 8 + lengthBytes + length);
        } catch (IOException e) {
            throw MoiraException.expected(where, "readable data", Reason.of(e));
        }
    }

    private static int length(String where, byte[] bytes, int expected) {
        if (bytes.length < expected) {
            throw MoiraException.expected(where, "the length of an npy header", "the end of the data");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = expected == 2 ? Short.toUnsignedInt(buffer.getShort()) : buffer.getInt();
        if (length < 0 || length > LONGEST) {
            throw MoiraException.expected(
                    where, "an npy header of at most " + LONGEST + " bytes", Integer.toUnsignedString(length));
        }
        return length;
    }

    private static NpyHeader parse(String where, String text, int bytes) {
        Matcher order = find(where, ORDER, text);
        if (order.group(1).equals("True")) {
            throw MoiraException.expected(where, "C order (numpy.ascontiguousarray makes it)", "Fortran order");
        }
        return new NpyHeader(type(where, find(where, DESCR, text)), shape(where, find(where, SHAPE, text)), bytes);
    }

    private static Matcher find(String where, Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw MoiraException.expected(where, "an npy header with descr, fortran_order and shape", text.strip());
        }
        return matcher;
    }

    private static ElementType type(String where, Matcher descr) {
        if (descr.group(2) != null) {
            throw MoiraException.expected(where, "an array of plain numbers", "a structured type");
        }
        String name = descr.group(1);
        if (name.endsWith("O")) {
            throw Pickle.refused(where);
        }
        if (name.startsWith(">") && !name.endsWith("1")) {
            throw MoiraException.expected(where, "little-endian numbers (array.astype makes them)", name);
        }
        return ElementType.numpy(name.replaceFirst("^[<>|=]", ""))
                .orElseThrow(() -> MoiraException.expected(
                        where, "whole numbers of 1 to 8 bytes, or floats of 2, 4 or 8", "type " + name));
    }

    private static List<Long> shape(String where, Matcher shape) {
        List<Long> dimensions = new ArrayList<>();
        for (String dimension : shape.group(1).replace("L", "").split(",", -1)) {
            if (!dimension.isBlank()) {
                try {
                    dimensions.add(Long.parseLong(dimension.strip()));
                } catch (NumberFormatException e) {
                    throw MoiraException.expected(where, "a shape that can be counted", shape.group(1));
                }
            }
        }
        return dimensions;
    }
}
