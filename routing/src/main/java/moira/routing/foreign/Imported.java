package moira.routing.foreign;

import java.util.List;

/**
 * What a source turned out to be.
 *
 * @param model as the source names it, or null
 * @param layers ascending
 * @param documents with the number of their tokens
 */
record Imported(
        String model, List<Integer> layers, int experts, int k, String weight, List<SourceDocument> documents) {}
