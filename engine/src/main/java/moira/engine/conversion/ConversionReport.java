package moira.engine.conversion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a conversion wrote and lost.
 *
 * @param fileBytes of the whole file
 * @param kinds of tensors, in the order of the file
 */
public record ConversionReport(long fileBytes, List<Kind> kinds) {
    /**
     * Tensors that differ by layer alone and have one format.
     *
     * @param name as in the file, without layer: {@code ffn_down_exps}
     * @param squaredError sum of the squared differences to the source
     * @param squares sum of the squared values of the source
     */
    public record Kind(String name, String format, long values, long bytes, double squaredError, double squares) {
        Kind plus(Kind other) {
            return new Kind(
                    name,
                    format,
                    values + other.values,
                    bytes + other.bytes,
                    squaredError + other.squaredError,
                    squares + other.squares);
        }

        /** The root mean square of the error over that of the values. */
        public double relativeError() {
            return squares == 0 ? 0 : Math.sqrt(squaredError / squares);
        }

        public double bitsPerWeight() {
            return 8.0 * bytes / values;
        }
    }

    /** All kinds together. */
    public Kind all() {
        Kind all = new Kind("all", "", 0, 0, 0, 0);
        for (Kind kind : kinds) {
            all = all.plus(kind);
        }
        return all;
    }

    /** Adds up rows as they are written, in the order of the file, so that the sums are the same for any number of threads. */
    static final class Tally {
        private final Map<String, Kind> kinds = new LinkedHashMap<>();

        /** @param errors squared error and squares of each task, in turns */
        void add(PlannedTensor tensor, double[] errors) {
            double squaredError = 0;
            double squares = 0;
            for (int i = 0; i < errors.length; i += 2) {
                squaredError += errors[i];
                squares += errors[i + 1];
            }
            String format = tensor.format() + (tensor.packed() ? " packed" : "");
            Kind kind = new Kind(tensor.kind(), format, tensor.values(), tensor.bytes(), squaredError, squares);
            kinds.merge(tensor.kind() + " " + format, kind, Kind::plus);
        }

        ConversionReport report(long fileBytes) {
            return new ConversionReport(fileBytes, List.copyOf(kinds.values()));
        }
    }
}
