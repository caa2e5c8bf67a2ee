package moira.engine.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.family.Settings;
import moira.engine.tensor.Tensor;

/** Weights in floats of 8 bits have their scales in tensors beside them, block by block (arXiv 2412.19437, section 3.3.2). */
final class BlockScaled {
    private static final String SCALES = "_scale_inv";
    private static final int USUAL_BLOCK = 128;

    private BlockScaled() {}

    /**
     * The tensors with their scales, which are no tensors of their own any more.
     *
     * @param config whose {@code quantization_config} may say how large a block is
     * @throws MoiraException if scales belong to no weight, or are of another shape
     */
    static Map<String, Tensor> of(Map<String, Tensor> tensors, Map<String, Object> config, String where) {
        Map<String, Tensor> scaled = new LinkedHashMap<>(tensors);
        tensors.forEach((name, scales) -> {
            if (name.endsWith(SCALES)) {
                String weight = name.substring(0, name.length() - SCALES.length());
                Tensor values = tensors.get(weight);
                if (values == null) {
                    throw MoiraException.expected(where, "weights " + weight + " beside their scales", "none");
                }
                scaled.remove(name);
                int[] block = block(config, where);
                scaled.put(weight, values.scaled(scales, block[0], block[1]));
            }
        });
        return scaled;
    }

    /** Rows and columns. */
    private static int[] block(Map<String, Object> config, String where) {
        Settings quantisation = new Settings(config, where).within("quantization_config");
        Object size = quantisation.get("weight_block_size");
        if (size == null) {
            return new int[] {USUAL_BLOCK, USUAL_BLOCK};
        }
        if (size instanceof List<?> list
                && list.size() == 2
                && list.get(0) instanceof Integer rows
                && list.get(1) instanceof Integer columns
                && rows > 0
                && columns > 0) {
            return new int[] {rows, columns};
        }
        throw quantisation.unexpected("weight_block_size", "rows and columns of a block");
    }
}
