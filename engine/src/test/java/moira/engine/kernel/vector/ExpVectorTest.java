package moira.engine.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import moira.engine.kernel.ExpScalar;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The vector's exp against the scalar one: the same bits in every lane, at the ends of the range above all. */
@Tag("vector-width")
class ExpVectorTest {
    private static final float[] ENDS = {
        ExpScalar.LOWEST,
        ExpScalar.HIGHEST,
        -103.97208f, // exp is the smallest subnormal here
        88.37626f, // n becomes 128 here
        0f,
        -0f,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        Float.intBitsToFloat(0xFFC12345)
    };

    @Test
    void everyLaneHasTheScalarBitsAroundTheEnds() {
        for (float end : ENDS) {
            float[] x = new float[2048];
            for (int i = 0; i < x.length; i++) {
                x[i] = Float.intBitsToFloat(Float.floatToRawIntBits(end) + i - x.length / 2);
            }
            assertSameBits(x);
        }
    }

    @Test
    void everyLaneHasTheScalarBitsForAnyFloat() {
        Random random = new Random(11);
        float[] x = new float[1 << 20];
        for (int i = 0; i < x.length; i++) {
            // Half of them any bits at all, half where the result is neither 0 nor infinite.
            x[i] = i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : random.nextFloat(-90, 90);
        }
        assertSameBits(x);
    }

    /** A NaN's payload aside. */
    private static void assertSameBits(float[] x) {
        float[] found = new float[x.length];
        for (int i = 0; i < x.length; i += Width.WIDTH) {
            ExpVector.exp(FloatVector.fromArray(Width.SPECIES, x, i)).intoArray(found, i);
        }
        for (int i = 0; i < x.length; i++) {
            int expected = Float.floatToIntBits(ExpScalar.exp(x[i]));
            if (Float.floatToIntBits(found[i]) != expected) {
                assertThat(found[i]).as("exp(%s)", x[i]).isEqualTo(Float.intBitsToFloat(expected));
            }
        }
    }
}
