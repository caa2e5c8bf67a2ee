package moira.routing.foreign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes npz and safetensors files, right and wrong ones. */
final class ArrayWriter {
    /** An array in the making. */
    record Array(ElementType type, String shape, byte[] data) {
        Array shaped(String other) {
            return new Array(type, other, data);
        }
    }

    private final Map<String, byte[]> npys = new LinkedHashMap<>();
    private final Map<String, Array> arrays = new LinkedHashMap<>();

    /** Whole numbers or floats of any type, and a shape such as {@code 3, 4}. */
    static Array array(ElementType type, String shape, double... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (type) {
                case U8, I8 -> data.put((byte) (long) value);
                case U16, I16 -> data.putShort((short) (long) value);
                case U32, I32 -> data.putInt((int) (long) value);
                case U64, I64 -> data.putLong((long) value);
                case F16 -> data.putShort(Float.floatToFloat16((float) value));
                case BF16 -> data.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
                case F32 -> data.putFloat((float) value);
                case F64 -> data.putDouble(value);
            }
        }
        return new Array(type, shape, data.array());
    }

    ArrayWriter add(String name, Array array) {
        arrays.put(name, array);
        String letter = array.type.name().substring(0, 1).toLowerCase(Locale.ROOT);
        String descr = (array.type.bytes() == 1 ? "|" : "<") + letter + array.type.bytes();
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + array.shape + "), }";
        return raw(name, npy(1, header, array.data));
    }

    /** Whatever bytes in the place of an array. */
    ArrayWriter raw(String name, byte[] npy) {
        npys.put(name, npy);
        return this;
    }

    /** An npy file of a version, header and data. */
    static byte[] npy(int version, String header, byte[] data) {
        byte[] text = (header + "\n").getBytes(StandardCharsets.UTF_8);
        int lengthBytes = version == 1 ? 2 : 4;
        ByteBuffer npy =
                ByteBuffer.allocate(8 + lengthBytes + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        npy.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        npy.put((byte) version).put((byte) 0);
        if (version == 1) {
            npy.putShort((short) text.length);
        } else {
            npy.putInt(text.length);
        }
        return npy.put(text).put(data).array();
    }

    Path npz(Path path, boolean stored) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
            for (Map.Entry<String, byte[]> npy : npys.entrySet()) {
                ZipEntry entry = new ZipEntry(npy.getKey() + ".npy");
                if (stored) {
                    CRC32 crc = new CRC32();
                    crc.update(npy.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(npy.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(npy.getValue());
                zip.closeEntry();
            }
        }
        return path;
    }

    Path safetensors(Path path) throws IOException {
        List<String> header = new ArrayList<>();
        int at = 0;
        for (Map.Entry<String, Array> array : arrays.entrySet()) {
            int end = at + array.getValue().data.length;
            String shape = array.getValue().shape.replaceFirst(",$", "");
            header.add("\"" + array.getKey() + "\":{\"dtype\":\"" + array.getValue().type + "\",\"shape\":[" + shape
                    + "],\"data_offsets\":[" + at + "," + end + "]}");
            at = end;
        }
        byte[] json = ("{" + String.join(",", header) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + at).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        arrays.values().forEach(array -> file.put(array.data));
        return Files.write(path, file.array());
    }
}
