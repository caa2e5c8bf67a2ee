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
            half(data, at + (format == TensorFormat.Q6_K ? 208 : 0), random);
            if (format == TensorFormat.Q4_K || format == TensorFormat.Q5_K) {
                half(data, at + 2, random);
            }
        }
        return new Tensor("random " + format, format, List.of((long) rows, (long) columns), data);
    }

    /** Of either sign, now and then subnormal or zero. */
    private static void half(MemorySegment data, long at, Random random) {
        float value = random.nextInt(8) == 0 ? random.nextInt(1024) * 0x1p-24f : (float) random.nextGaussian() / 100;
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(value));
    }
}
