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
    /** 1000 resamples (200 of them for the vocabulary), 1000 permutations. */
    public static final AnalysisOptions DEFAULTS = new AnalysisOptions(1000, 200, 1000, 1);

    public AnalysisOptions {
        if (bootstrap < 1 || vocabularyBootstrap < 1 || vocabularyBootstrap > bootstrap || permutations < 1) {
            throw MoiraException.expected(
                    "analysis",
                    "at least one resample and permutation, and no more resamples for the vocabulary than there are",
                    bootstrap + ", " + permutations + ", " + vocabularyBootstrap);
        }
    }
}
