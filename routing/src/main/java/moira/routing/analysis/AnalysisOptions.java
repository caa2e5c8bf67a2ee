package moira.routing.analysis;

import moira.engine.MoiraException;

/**
 * How far the randomness of a sample is looked into.
 *
 * @param bootstrap resamples of the sources behind every interval
 * @param vocabularyBootstrap of them that vocabulary specialization uses, whose table has many thousand rows
 * @param permutations of the domain labels behind every divergence
 * @param seed of all of it
 */
public record AnalysisOptions(int bootstrap, int vocabularyBootstrap, int permutations, long seed) {
    /** Resamples, and permutations: enough for any p-value, and few enough to be kept in memory. */
    private static final int MOST = 100_000;

    /** 1000 resamples (200 of them for the vocabulary), 1000 permutations. */
    public static final AnalysisOptions DEFAULTS = new AnalysisOptions(1000, 200, 1000, 1);

    public AnalysisOptions {
        require(bootstrap, "bootstrap");
        require(vocabularyBootstrap, "resamples for the vocabulary");
        require(permutations, "permutations");
        if (vocabularyBootstrap > bootstrap) {
            throw MoiraException.expected(
                    "resamples for the vocabulary", "at most all " + bootstrap, vocabularyBootstrap);
        }
    }

    private static void require(int number, String of) {
        if (number < 1 || number > MOST) {
            throw MoiraException.expected(of, "1 to " + MOST, number);
        }
    }
}
