package moira.engine.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import moira.engine.MoiraException;

/**
 * The fields of one protocol buffer message, in their order (the wire format of protobuf.dev/programming-guides/encoding, without
 * the deprecated groups). Lengths are checked before anything is read, so no file can make it allocate.
 */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final String file;
    private final ByteBuffer data;

    private int field;
    private int wireType;
    private int offset;
    /** The value of a number; of bytes, where they start. */
    private long value;

    private int length;

    ProtobufReader(String file, ByteBuffer data) {
        this.file = file;
        this.data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes on to the next field; false at the end of the message. */
    boolean next() {
        if (!data.hasRemaining()) {
            return false;
        }
        offset = data.position();
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw MoiraException.expected(where(), "a protobuf field", "tag " + tag);
        }
        switch (wireType) {
            case VARINT -> value = varint();
            case FIXED64 -> value = fixed(Long.BYTES).getLong();
            case FIXED32 -> value = fixed(Integer.BYTES).getInt();
            case BYTES -> readBytes();
            default -> throw MoiraException.expected(where(), "a protobuf wire type 0, 1, 2 or 5", wireType);
        }
        return true;
    }

    int field() {
        return field;
    }

    long integer() {
        check(VARINT);
        return value;
    }

    boolean bool() {
        return integer() != 0;
    }

    float float32() {
        check(FIXED32);
        return Float.intBitsToFloat((int) value);
    }

    ProtobufReader message() {
        return new ProtobufReader(file, bytes());
    }

    String string() {
        ByteBuffer bytes = bytes();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new MoiraException(where() + ": expected text in UTF-8, found other bytes", e);
        }
    }

    /** Whether the field holds no bytes. */
    boolean isEmpty() {
        check(BYTES);
        return length == 0;
    }

    /** The file and where in it the current field starts. */
    String where() {
        return file + ", offset " + offset;
    }

    private ByteBuffer bytes() {
        check(BYTES);
        // A duplicate and not a slice, so that offsets stay those of the file.
        return data.duplicate().limit((int) value + length).position((int) value);
    }

    private void check(int expected) {
        if (wireType != expected) {
            throw MoiraException.expected(where(), "protobuf wire type " + expected + " for field " + field, wireType);
        }
    }

    private void readBytes() {
        long announced = varint();
        if (announced < 0 || announced > data.remaining()) {
            throw MoiraException.expected(
                    where(), "a field of at most " + data.remaining() + " bytes", Long.toUnsignedString(announced));
        }
        length = (int) announced;
        value = data.position();
        data.position(data.position() + length);
    }

    private ByteBuffer fixed(int bytes) {
        if (data.remaining() < bytes) {
            throw MoiraException.expected(where(), bytes + " bytes", data.remaining());
        }
        return data;
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte b = fixed(1).get();
            result |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return result;
            }
        }
        throw MoiraException.expected(where(), "a varint of at most 10 bytes", "a longer one");
    }
}
