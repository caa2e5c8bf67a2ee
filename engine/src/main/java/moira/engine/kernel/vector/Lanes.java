package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import moira.engine.kernel.Kernels;

/**
 * Lanes of 16 bits for the integer products, and their even and odd halves as lanes of 32 bits. A vector holds {@link #COUNT} of
 * a group's 64 lanes; the work on a group is done for two neighbouring vectors at a time.
 */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = Width.SPECIES;
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, FLOATS.vectorShape());

    /** Half as wide: as many bytes as there are shorts. */
    static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, jdk.incubator.vector.VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    /** Half as wide: as many shorts as there are floats. */
    static final VectorSpecies<Short> HALF_SHORTS =
            VectorSpecies.of(short.class, jdk.incubator.vector.VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    static final int COUNT = SHORTS.length();

    /** Lanes of two vectors. */
    static final int PAIR = 2 * COUNT;

    /** Bytes from one of two neighbouring vectors to the other. */
    static final int NEXT = COUNT * Short.BYTES;

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    /**
     * Where values of rows start that belong to the even lanes of a vector; those of its odd lanes are a panel further.
     *
     * @param lane the vector's first one
     * @param panel values from 16 rows to the next 16 rows
     */
    static int rows(int lane, int panel) {
        return lane / (2 * Kernels.LANES) * 2 * panel + lane % (2 * Kernels.LANES) / 2;
    }

    static ShortVector signed(MemorySegment w, long at) {
        return (ShortVector)
                ByteVector.fromMemorySegment(BYTES, w, at, ORDER).convertShape(VectorOperators.B2S, SHORTS, 0);
    }

    /** Halves to floats as {@link Kernels#widen} has them: NaN becomes infinite, which takes the last two products and no mask. */
    static FloatVector halves(MemorySegment w, long at) {
        return ShortVector.fromMemorySegment(HALF_SHORTS, w, at, ORDER)
                .convertShape(VectorOperators.S2I, INTS, 0)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 13)
                .and(0x8FFF_E000)
                .reinterpretAsFloats()
                .mul(0x1p112f)
                .mul(0x1p112f)
                .mul(0x1p-112f);
    }

    static IntVector even(IntVector pairs) {
        return pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
    }

    static IntVector odd(IntVector pairs) {
        return pairs.lanewise(VectorOperators.ASHR, 16);
    }

    static FloatVector toFloat(IntVector v) {
        return (FloatVector) v.convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    /** Pairs of halves: as they lie in memory, 16 bits each. */
    static IntVector pairs(MemorySegment w, long at) {
        return IntVector.fromMemorySegment(INTS, w, at, ORDER);
    }

    static FloatVector evenHalf(IntVector pairs) {
        return oddHalf(pairs.lanewise(VectorOperators.LSHL, 16));
    }

    /**
     * The half in the upper 16 bits of each lane, as a float: exponent and fraction move to their places in a float, whose exponent
     * is then 112 too small. Exact for all finite halves, subnormal ones too: with the one before the point that only normal halves
     * have, and the same exponent, such a half is {@code x < 2^-14} where it should be {@code 2 x - 2^-14}, the smaller of the two.
     * No float on the way is subnormal itself. Floats that are not negative compare like integers.
     */
    static FloatVector oddHalf(IntVector pairs) {
        IntVector x = pairs.lanewise(VectorOperators.LSHR, 3).and(0x0FFF_E000).add(112 << 23);
        IntVector y = x.reinterpretAsFloats()
                .fma(FloatVector.broadcast(FLOATS, 2), FloatVector.broadcast(FLOATS, -0x1p-14f))
                .reinterpretAsInts();
        return x.min(y).or(pairs.and(Integer.MIN_VALUE)).reinterpretAsFloats();
    }

    /** {@link #oddNormalHalf} of the lower 16 bits. */
    static FloatVector evenNormalHalf(IntVector pairs) {
        return oddNormalHalf(pairs.lanewise(VectorOperators.LSHL, 16));
    }

    /**
     * {@link #oddHalf} for halves that are hardly ever subnormal, as scales of single blocks are: half as many steps, and still exact
     * for the few, whose product takes a processor ten times as long.
     */
    static FloatVector oddNormalHalf(IntVector pairs) {
        return pairs.lanewise(VectorOperators.ASHR, 3)
                .and(0x8FFF_E000)
                .reinterpretAsFloats()
                .mul(0x1p112f);
    }

    /** The upper half of a float, in the lower 16 bits of each lane. */
    static FloatVector evenBfloat16(IntVector pairs) {
        return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /** The same of the upper 16 bits. */
    static FloatVector oddBfloat16(IntVector pairs) {
        return pairs.and(0xFFFF_0000).reinterpretAsFloats();
    }
}
