package moira.engine.synthetic;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import moira.engine.tensor.TensorFormat;

/**
 * Random weights of about a standard deviation of {@code 1 / sqrt(columns)}, in a format's own blocks: random codes, constant
 * scales. About a megabyte of them is drawn and repeated.
 */
final class RandomBlocks {
    private static final int POOL = 1 << 20;

    /** Eight scales and eight minimums of 32, as Q4_K and Q5_K pack them. */
    private static final byte[] SCALES_OF_32 = {
        (byte) 160, (byte) 160, (byte) 160, (byte) 160, (byte) 160, (byte) 160, (byte) 160, (byte) 160, 0, 0, 0, 0
    };

    private final byte[] pool;
    private final int blockBytes;

    RandomBlocks(TensorFormat format, long columns, long seed) {
        blockBytes = format.blockBytes();
        pool = new byte[Math.max(1, POOL / blockBytes) * blockBytes];
        ByteBuffer bytes = ByteBuffer.wrap(pool).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(seed);
        float deviation = (float) (1 / Math.sqrt(columns));
        random.nextBytes(pool);
        for (int at = 0; at < pool.length; at += blockBytes) {
            block(format, bytes, at, deviation, random);
        }
    }

    private static void block(TensorFormat format, ByteBuffer bytes, int at, float deviation, SplittableRandom random) {
        // Codes without a minimum have a mean of -1/2, which scales of either sign even out.
        float sign = random.nextBoolean() ? 1 : -1;
        switch (format) {
            case F32 -> bytes.putFloat(at, gaussian(random) * deviation);
            case F16 -> bytes.putShort(at, Float.floatToFloat16(gaussian(random) * deviation));
            case BF16 -> bytes.putShort(at, (short) (Float.floatToRawIntBits(gaussian(random) * deviation) >>> 16));
            // 16 equally likely codes deviate by 4.61, 256 by 73.9, 32 by 9.23, 64 by 18.5.
            case Q4_0 -> half(bytes, at, sign * deviation / 4.61f);
            case Q5_0 -> half(bytes, at, sign * deviation / 9.23f);
            case Q5_1 -> {
                half(bytes, at, deviation / 9.23f);
                half(bytes, at + 2, -15.5f * deviation / 9.23f);
            }
            case Q8_0 -> half(bytes, at, sign * deviation / 73.9f);
            // Levels twice as large as the format's deviate by 5.85.
            case MXFP4 -> bytes.put(at, (byte) (128 + power(deviation / 5.85f, random)));
            case Q4_K -> kBlock(bytes, at, deviation / 4.61f / 32, 7.5f);
            case Q5_K -> kBlock(bytes, at, deviation / 9.23f / 32, 15.5f);
            case Q6_K -> {
                bytes.position(at + 192)
                        .put(new byte[] {16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16});
                half(bytes, at + 208, sign * deviation / 18.5f / 16);
            }
            default -> throw new IllegalArgumentException("no random blocks of " + format);
        }
    }

    private static void kBlock(ByteBuffer bytes, int at, float scale, float mean) {
        half(bytes, at, scale);
        half(bytes, at + 2, scale * mean);
        bytes.position(at + 4).put(SCALES_OF_32);
    }

    /** Of the powers of two around a scale, one or the other, so that their squares have its square for a mean. */
    private static int power(float scale, SplittableRandom random) {
        int below = Math.getExponent(scale);
        float ratio = Math.scalb(scale, -below);
        return random.nextFloat() < (ratio * ratio - 1) / 3 ? below + 1 : below;
    }

    private static void half(ByteBuffer bytes, int at, float value) {
        bytes.putShort(at, Float.floatToFloat16(value));
    }

    private static float gaussian(SplittableRandom random) {
        return (float) random.nextGaussian();
    }

    /** Streams so many bytes, which are whole blocks; another start for another tensor. */
    void write(OutputStream out, long bytes, int start) throws IOException {
        int at = Math.floorMod(start, pool.length / blockBytes) * blockBytes;
        for (long left = bytes; left > 0; ) {
            int n = (int) Math.min(left, pool.length - at);
            out.write(pool, at, n);
            left -= n;
            at = 0;
        }
    }
}
