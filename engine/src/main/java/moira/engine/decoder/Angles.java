package moira.engine.decoder;

/**
 * Sines and cosines of a run of positions, of one sequence. Of a few tokens those of the following positions are computed along: Java's
 * exact functions leave an array each to the garbage collector, so a step of decoding should not call them.
 */
final class Angles {
    private static final int AHEAD = 64;

    private final Rotary rotary;
    private final float[] cos;
    private final float[] sin;
    private boolean beyond;
    private int from;
    private int count;

    /** @param tokens the most that will be asked for at once */
    Angles(Rotary rotary, int tokens) {
        this.rotary = rotary;
        int room = Math.max(AHEAD, tokens) * rotary.pairs();
        cos = new float[room];
        sin = new float[room];
    }

    /** Has those of positions {@code [position, position + tokens)} of a sequence from now on. */
    void cover(int position, int tokens, boolean isBeyond) {
        if (position < from || position + tokens > from + count || isBeyond != beyond) {
            from = position;
            count = Math.max(AHEAD, tokens);
            beyond = isBeyond;
            rotary.angles(from, count, beyond, cos, sin);
        }
    }

    /** Turns one head at a position in place. */
    void rotate(float[] head, int at, int position) {
        rotary.rotate(head, at, cos, sin, (position - from) * rotary.pairs());
    }
}
