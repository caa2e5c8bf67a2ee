package moira.engine.decoder;

import moira.engine.checkpoint.DecoderConfig;
import moira.engine.checkpoint.DecoderConfig.Rotation;

/**
 * Rotary position embedding (arXiv 2104.09864, eq. 34): the pair i of a head at position m is turned by the angle {@code m *
 * theta^(-2i / headWidth)}. Angles are floats as in the reference implementations; sine and cosine are StrictMath's, the same
 * on every machine.
 */
final class Rotary {
    private final int half;
    private final int pairStep;
    private final int partner;
    private final float[] frequencies;

    Rotary(DecoderConfig config) {
        half = config.headWidth() / 2;
        boolean interleaved = config.rotation() == Rotation.INTERLEAVED;
        pairStep = interleaved ? 2 : 1;
        partner = interleaved ? 1 : half;
        frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            float exponent = 2f * i / config.headWidth();
            frequencies[i] = 1 / (float) StrictMath.pow(config.ropeTheta(), exponent);
        }
    }

    /** Fills {@code cos} and {@code sin}, {@code [tokens][headWidth / 2]}, for consecutive positions. */
    void angles(int position, int tokens, float[] cos, float[] sin) {
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < half; i++) {
                float angle = (position + t) * frequencies[i];
                cos[t * half + i] = (float) StrictMath.cos(angle);
                sin[t * half + i] = (float) StrictMath.sin(angle);
            }
        }
    }

    /** Turns one head in place. */
    void rotate(float[] head, int at, float[] cos, float[] sin, int angleAt) {
        for (int i = 0; i < half; i++) {
            int a = at + i * pairStep;
            int b = a + partner;
            float c = cos[angleAt + i];
            float s = sin[angleAt + i];
            float x = head[a];
            float y = head[b];
            head[a] = x * c - y * s;
            head[b] = y * c + x * s;
        }
    }
}
