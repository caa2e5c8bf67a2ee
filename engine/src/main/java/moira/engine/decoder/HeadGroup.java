package moira.engine.decoder;

import java.lang.foreign.MemorySegment;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.ExpScalar;
import moira.engine.kernel.Kernels;

/**
 * {@code softmax(q K^T / sqrt(headWidth)) V} of the query heads that share a key head, block of positions by block, so that no array
 * is as long as the context: a block gives, for each head, its largest score m, the sum of exp(score - m), and the sum of the values
 * so weighted; two of those make one (Milakov and Gimelshein, arXiv 1805.02867, section 3; Dao et al., arXiv 2205.14135, section 3.1).
 *
 * <p>Such a partial result is {@code [group][headWidth]} sums of values, {@code [group]} largest scores, {@code [group]} sums. Blocks
 * begin at fixed positions and are added up in their order, whoever computed them: the result is the same bits for any threads and batch.
 */
final class HeadGroup {
    private final Kernels kernels;
    private final int group;
    private final int width;
    private final int window;
    private final float scale;

    HeadGroup(DecoderConfig config, Kernels kernels) {
        this.kernels = kernels;
        group = config.heads() / config.kvHeads();
        width = config.headWidth();
        window = config.slidingWindow();
        scale = (float) (1 / Math.sqrt(width));
    }

    /** Floats of a partial result. */
    int size() {
        return group * (width + 2);
    }

    /** Floats of the scores of a block. */
    int scores() {
        return group * KvCache.BLOCK;
    }

    /** The first position that a token at {@code position} sees. */
    int firstSeen(int position) {
        return window == 0 ? 0 : Math.max(0, position - window + 1);
    }

    /**
     * What one block gives to a token that sees some of it.
     *
     * @param memory with keys and values in floats ({@link KvCache#floats})
     * @param query {@code [group][headWidth]} from {@code queryAt}
     * @param position of the token
     * @param scores room for {@link #scores}
     * @param partial the result, from {@code at}
     */
    void block(
            KvCache cache,
            MemorySegment memory,
            int kvHead,
            int block,
            float[] query,
            int queryAt,
            int position,
            float[] scores,
            float[] partial,
            int at) {
        int start = block * KvCache.BLOCK;
        int first = Math.max(0, firstSeen(position) - start);
        int end = Math.min(KvCache.BLOCK, position + 1 - start);
        int panel = first - first % Kernels.LANES;
        // Whole panels: the scores of positions that are not seen are computed along and not looked at.
        int rows = Math.ceilDiv(end - panel, Kernels.LANES) * Kernels.LANES;
        long keys = cache.keysAt(kvHead, panel);
        kernels.product(
                memory, keys, cache.keyPanelBytes(), rows, width, query, queryAt, width, group, scores, 0, rows);
        int stats = at + group * width;
        int before = first - panel;
        for (int h = 0; h < group; h++) {
            float max = kernels.max(scores, h * rows + before, end - first);
            partial[stats + h] = max;
            partial[stats + group + h] = kernels.exponentials(scores, h * rows + before, end - first, max, scale);
        }
        long values = cache.valuesAt(kvHead, first);
        kernels.product(
                memory,
                values,
                KvCache.valuePanelBytes(),
                width,
                end - first,
                scores,
                before,
                rows,
                group,
                partial,
                at,
                width);
    }

    /** Adds the partial result of later positions to that of earlier ones. */
    void add(float[] total, int at, float[] later, int from) {
        int stats = group * width;
        for (int h = 0; h < group; h++) {
            int m = at + stats + h;
            float max = Math.max(total[m], later[from + stats + h]);
            float old = ExpScalar.exp((total[m] - max) * scale);
            float factor = ExpScalar.exp((later[from + stats + h] - max) * scale);
            int head = at + h * width;
            kernels.scale(total, head, old, width);
            kernels.addScaled(total, head, factor, later, from + h * width, width);
            total[m] = max;
            total[m + group] = Math.fma(factor, later[from + stats + group + h], old * total[m + group]);
        }
    }

    /** What the heads found, {@code [group][headWidth]}, into {@code out} from {@code outAt}. */
    void finish(float[] total, int at, float[] out, int outAt) {
        System.arraycopy(total, at, out, outAt, group * width);
        for (int h = 0; h < group; h++) {
            kernels.scale(out, outAt + h * width, 1 / total[at + group * width + group + h], width);
        }
    }
}
