package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Little-endian numbers at any byte, since neither blocks nor safetensors promise an alignment. */
final class Bits {
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Bits() {}

    /** An unsigned byte. */
    static int u8(MemorySegment in, long at) {
        return in.get(JAVA_BYTE, at) & 0xFF;
    }

    /** Nibble 0 (low) or 1 (high) of a byte. */
    static int nibble(MemorySegment in, long at, int which) {
        return (u8(in, at) >> (4 * which)) & 0xF;
    }

    /** Bit pair 0 (lowest) to 3 of a byte. */
    static int pair(MemorySegment in, long at, int which) {
        return (u8(in, at) >> (2 * which)) & 3;
    }

    /** Bit 0 (lowest) to 7 of a byte. */
    static int bit(MemorySegment in, long at, int which) {
        return (u8(in, at) >> which) & 1;
    }

    /** An IEEE half, widened exactly. */
    static float half(MemorySegment in, long at) {
        return Float.float16ToFloat(in.get(SHORT, at));
    }
}
