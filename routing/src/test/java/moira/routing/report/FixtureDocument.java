package moira.routing.report;

import java.util.List;

/**
 * One document of a made-up trace.
 *
 * @param experts [tokens][layers][k], first choice first
 * @param weights likewise
 */
record FixtureDocument(
        String domain, List<Integer> tokens, List<String> pieces, int[][][] experts, float[][][] weights) {}
