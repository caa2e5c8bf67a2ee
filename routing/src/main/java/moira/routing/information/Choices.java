package moira.routing.information;

/**
 * Where the tokens of a layer went.
 *
 * @param of {@code [tokens][perToken]}, a token's distinct experts
 * @param perToken how many count as its choices: 1 for the first alone, k for either
 * @param experts E
 */
// Read by the million in inner loops.
@SuppressWarnings("ArrayRecordComponent")
public record Choices(short[] of, int perToken, int experts) {
    /** The first choices alone. */
    public Choices first() {
        short[] first = new short[of.length / perToken];
        for (int i = 0; i < first.length; i++) {
            first[i] = of[i * perToken];
        }
        return new Choices(first, 1, experts);
    }

    int tokens() {
        return of.length / perToken;
    }
}
