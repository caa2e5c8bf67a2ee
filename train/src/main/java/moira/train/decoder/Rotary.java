package moira.train.decoder;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Rotary position embedding (arXiv 2104.09864, eq. 34) of the first positions of a sequence, in the convention of Hugging Face:
 * dimension i of a head turns with dimension i + headWidth / 2.
 */
final class Rotary {
    private final Tensor cos;
    private final Tensor sin;

    /**
     * @param length of the sequences
     * @param like any floats on the device of the heads
     */
    Rotary(MixtralShape config, int length, Tensor like) {
        int half = config.headWidth() / 2;
        float[] cosines = new float[length * half];
        float[] sines = new float[length * half];
        for (int i = 0; i < half; i++) {
            float frequency = (float) Math.pow(config.ropeTheta(), -2.0 * i / config.headWidth());
            for (int position = 0; position < length; position++) {
                cosines[position * half + i] = (float) Math.cos(position * frequency);
                sines[position * half + i] = (float) Math.sin(position * frequency);
            }
        }
        cos = Tensor.create(cosines, length, half).to(like);
        sin = Tensor.create(sines, length, half).to(like);
    }

    /** Turns heads, {@code [sequences, heads, length, headWidth]}. */
    Tensor turn(Tensor heads) {
        TensorVector halves = heads.chunk(2, -1);
        Tensor x = halves.get(0);
        Tensor y = halves.get(1);
        Tensor turnedX = x.mul(cos).sub(y.mul(sin));
        Tensor turnedY = y.mul(cos).add(x.mul(sin));
        return torch.cat(new TensorVector(turnedX, turnedY), -1);
    }
}
