package moira.engine.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.junit.jupiter.api.Test;

/** Halves as floats, against the JDK's conversion. */
class LanesTest {
    private static final int INFINITY = 0x7C00;

    @Test
    void allFiniteHalvesAreExact() {
        for (int half = 0; half < 1 << Short.SIZE; half++) {
            if ((half & INFINITY) == INFINITY) {
                continue;
            }
            int expected = Float.floatToRawIntBits(Float.float16ToFloat((short) half));
            // Neighbours that would show if their bits leaked.
            IntVector low = IntVector.broadcast(Lanes.INTS, 0x5A5A_0000 | half);
            IntVector high = IntVector.broadcast(Lanes.INTS, half << Short.SIZE | 0xA5A5);
            assertThat(bits(Lanes.evenHalf(low))).as("half %04x", half).isEqualTo(expected);
            assertThat(bits(Lanes.oddHalf(high))).as("half %04x", half).isEqualTo(expected);
            assertThat(bits(Lanes.evenNormalHalf(low))).as("half %04x", half).isEqualTo(expected);
            assertThat(bits(Lanes.oddNormalHalf(high))).as("half %04x", half).isEqualTo(expected);
        }
    }

    private static int bits(FloatVector v) {
        return Float.floatToRawIntBits(v.lane(v.length() - 1));
    }
}
