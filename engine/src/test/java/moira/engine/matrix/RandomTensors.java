package moira.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/** Quantised tensors of random bytes, with halves that are finite. */
final class RandomTensors {
    private RandomTensors() {}

    static Tensor quantised(TensorFormat format, int rows, int columns, Random random) {
        byte[] bytes = new byte[(int) format.bytes((long) rows * columns)];
        random.nextBytes(bytes);
        MemorySegment data = Arena.ofAuto().allocate(bytes.length);
        MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
        for (long at = 0; at < bytes.length; at += format.blockBytes()) {
            switch (format) {
                case MXFP4 -> exponent(data, at, random);
                case Q3_K -> half(data, at + 108, random);
                case Q6_K -> half(data, at + 208, random);
                case Q4_1, Q5_1, Q4_K, Q5_K -> {
                    half(data, at, random);
                    half(data, at + 2, random);
                }
                default -> half(data, at, random);
            }
        }
        return new Tensor("random " + format, format, List.of((long) rows, (long) columns), data);
    }

    /** Of a scale near 1/50; now and then one that is subnormal as a float. */
    private static void exponent(MemorySegment data, long at, Random random) {
        int e = random.nextInt(16) == 0 ? random.nextInt(3) : random.nextInt(118, 125);
        data.set(ValueLayout.JAVA_BYTE, at, (byte) e);
    }

    /** Of either sign, now and then subnormal or zero. */
    private static void half(MemorySegment data, long at, Random random) {
        float value = random.nextInt(8) == 0 ? random.nextInt(1024) * 0x1p-24f : (float) random.nextGaussian() / 100;
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(value));
    }
}
