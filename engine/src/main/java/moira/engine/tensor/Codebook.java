package moira.engine.tensor;

/**
 * Points of a lattice, each of a few values that are levels of a small set. A point's number has the levels' indices for digits, the
 * first value's the lowest. The points are written as the steps from one number to the next, the first one from {@code -step}: a
 * letter of base64 with the index i is {@code i + 1} steps; {@code _}, the last one, is 63 steps on the way to a point.
 */
final class Codebook {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int FAR = LETTERS.length() - 1;

    private final int dimensions;
    private final byte[] values;

    /** @param step that all numbers are multiples of */
    Codebook(byte[] levels, int dimensions, int step, String steps) {
        this.dimensions = dimensions;
        int points = (int) steps.chars().filter(c -> c != LETTERS.charAt(FAR)).count();
        values = new byte[points * dimensions];
        int number = -step;
        int at = 0;
        for (int i = 0; i < steps.length(); i++) {
            int index = LETTERS.indexOf(steps.charAt(i));
            number += step * Math.min(index + 1, FAR);
            if (index < FAR) {
                put(levels, number, at);
                at += dimensions;
            }
        }
    }

    private void put(byte[] levels, int number, int at) {
        int digits = number;
        for (int i = 0; i < dimensions; i++) {
            values[at + i] = levels[digits % levels.length];
            digits /= levels.length;
        }
    }

    /** Value {@code i} of a point. */
    int value(int point, int i) {
        return values[point * dimensions + i];
    }

    /** The values of a point, times a scale; those whose bit in {@code signs} is set with the other sign. */
    void write(int point, int signs, float scale, float[] out, int at) {
        for (int i = 0; i < dimensions; i++) {
            float value = scale * values[point * dimensions + i];
            out[at + i] = (signs >> i & 1) == 0 ? value : -value;
        }
    }
}
