package moira.routing.foreign;

import java.nio.file.Path;

/**
 * What the files of an import do not say themselves.
 *
 * @param documents JSON lines with document, domain, source, tokens, pieces; null where there are none
 * @param modelName null for the one that the files name, or else the name of the first
 * @param experts E; 0 for one more than the largest id
 * @param expertsPerToken how many experts of {@code logits} are chosen; 0 where experts are given
 * @param weight what a weight is: {@code renormalised}, {@code softmax}, {@code sigmoid} or {@code none}; null to go by their sums
 * @param phase {@code prefill} or {@code decode}; null where nobody says it
 * @param modelLayers how many the model has; 0 for one more than the last recorded
 * @param firstLayer the number of the first layer of arrays that do not number them
 * @param overwrite replace a trace that lies there
 */
public record ImportOptions(
        Path documents,
        String modelName,
        int experts,
        int expertsPerToken,
        String weight,
        String phase,
        int modelLayers,
        int firstLayer,
        boolean overwrite,
        Fields fields) {
    /** Nothing is known. */
    public static final ImportOptions DEFAULTS =
            new ImportOptions(null, null, 0, 0, null, null, 0, 0, false, Fields.DEFAULTS);

    /**
     * How rows of JSON call their fields.
     *
     * @param logits with all E values of the router
     * @param logitsAre {@code raw} or {@code softmax}; null to go by the values
     */
    public record Fields(
            String document,
            String position,
            String layer,
            String experts,
            String weights,
            String token,
            String piece,
            String domain,
            String logits,
            String logitsAre) {
        public static final Fields DEFAULTS = new Fields(
                "document", "position", "layer", "experts", "weights", "token", "piece", "domain", "logits", null);
    }
}
