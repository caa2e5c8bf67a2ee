package moira.routing.foreign;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;

/** The numbers of an array in a file, little-endian. Names are those of safetensors; numpy's letter and size are told apart by them. */
enum ElementType {
    U8(1, false),
    I8(1, false),
    U16(2, false),
    I16(2, false),
    U32(4, false),
    I32(4, false),
    U64(8, false),
    I64(8, false),
    F16(2, true),
    BF16(2, true),
    F32(4, true),
    F64(8, true);

    private final int bytes;
    private final boolean real;

    ElementType(int bytes, boolean real) {
        this.bytes = bytes;
        this.real = real;
    }

    int bytes() {
        return bytes;
    }

    boolean isInteger() {
        return !real;
    }

    /** By the name that safetensors uses. */
    static Optional<ElementType> named(String name) {
        for (ElementType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** By numpy's letter and number of bytes: {@code u1}, {@code f2}. */
    static Optional<ElementType> numpy(String code) {
        for (ElementType type : values()) {
            String letter = type.name().substring(0, 1).toLowerCase(Locale.ROOT);
            if (type != BF16 && code.equals(letter + type.bytes)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** A whole number; one beyond the range of long comes out negative. */
    long integer(ByteBuffer data, int index) {
        int at = index * bytes;
        return switch (this) {
            case U8 -> Byte.toUnsignedLong(data.get(at));
            case I8 -> data.get(at);
            case U16 -> Short.toUnsignedLong(data.getShort(at));
            case I16 -> data.getShort(at);
            case U32 -> Integer.toUnsignedLong(data.getInt(at));
            case I32 -> data.getInt(at);
            case U64, I64 -> data.getLong(at);
            default -> throw new IllegalStateException(this + " is no whole number");
        };
    }

    double real(ByteBuffer data, int index) {
        int at = index * bytes;
        return switch (this) {
            case F16 -> Float.float16ToFloat(data.getShort(at));
            case BF16 -> Float.intBitsToFloat(data.getShort(at) << 16);
            case F32 -> data.getFloat(at);
            case F64 -> data.getDouble(at);
            default -> integer(data, index);
        };
    }
}
