package moira.engine.decoder;

import moira.engine.architecture.Frequencies;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RotarySpec.LongRope;

/**
 * Rotary position embedding (arXiv 2104.09864, eq. 34): a pair of a head at position m is turned by m times its frequency
 * ({@link Frequencies}). Angles are floats as in the reference implementations; sine and cosine are StrictMath's, the same on every machine.
 */
final class Rotary {
    private final int pairs;
    private final int pairStep;
    private final int partner;
    private final float[] frequencies;
    private final float[] beyond;
    private final float magnitude;
    private final float magnitudeBeyond;

    Rotary(RotarySpec spec) {
        pairs = spec.pairs();
        boolean interleaved = spec.pairing() == Pairing.INTERLEAVED;
        pairStep = interleaved ? 2 : 1;
        partner = interleaved ? 1 : pairs;
        frequencies = Frequencies.of(spec, false);
        beyond = Frequencies.of(spec, true);
        magnitude = Frequencies.magnitude(spec, false);
        magnitudeBeyond = Frequencies.magnitude(spec, true);
    }

    int pairs() {
        return pairs;
    }

    /** Whether a sequence of at most {@code length} tokens outgrows the context of the training before, where that matters. */
    static boolean isBeyond(RotarySpec spec, int length) {
        return spec.scaling() instanceof LongRope longRope && length > longRope.originalContext();
    }

    /** Fills {@code cos} and {@code sin}, {@code [tokens][pairs]}, for consecutive positions. */
    void angles(int position, int tokens, boolean isBeyond, float[] cos, float[] sin) {
        float[] turns = isBeyond ? beyond : frequencies;
        float length = isBeyond ? magnitudeBeyond : magnitude;
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < pairs; i++) {
                float angle = (position + t) * turns[i];
                cos[t * pairs + i] = (float) StrictMath.cos(angle) * length;
                sin[t * pairs + i] = (float) StrictMath.sin(angle) * length;
            }
        }
    }

    /** Turns the first dimensions of a head in place. */
    void rotate(float[] head, int at, float[] cos, float[] sin, int angleAt) {
        for (int i = 0; i < pairs; i++) {
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
