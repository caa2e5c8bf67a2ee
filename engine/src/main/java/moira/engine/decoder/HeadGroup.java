package moira.engine.decoder;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import moira.engine.architecture.AttentionSpec;
import moira.engine.kernel.ExpScalar;
import moira.engine.kernel.Kernels;

/**
 * {@code softmax(scale * q K^T) V} of the query heads that share a key head, block of positions by block, so that no array
 * is as long as the context: a block gives, for each query, its largest score m, the sum of exp(score - m), and the sum of the values
 * so weighted; two of those make one (Milakov and Gimelshein, arXiv 1805.02867, section 3; Dao et al., arXiv 2205.14135, section 3.1).
 *
 * <p>Queries come token after token, the group's heads of each side by side: {@code [tokens][group][keyWidth]}. A query's partial
 * result is {@code [valueWidth]} sums of values, the largest score, and the sum; a token's are {@code [group]} of those. Blocks begin
 * at fixed positions and are added up in their order, whoever computed them: the result is the same bits for any threads and batch.
 */
final class HeadGroup {
    private final Kernels kernels;
    private final int group;
    private final int width;
    private final int window;
    private final float scale;

    HeadGroup(AttentionSpec spec, Kernels kernels) {
        this.kernels = kernels;
        group = spec.heads() / spec.cachedHeads();
        width = spec.valueWidth();
        window = spec.window();
        scale = spec.scale();
    }

    /** Queries of a token. */
    int queries() {
        return group;
    }

    /** Floats of a token's partial results. */
    int size() {
        return group * ofQuery();
    }

    /** Floats of a query's partial result. */
    private int ofQuery() {
        return width + 2;
    }

    /** The first position that a token at {@code position} sees. */
    int firstSeen(int position) {
        return window == 0 ? 0 : Math.max(0, position - window + 1);
    }

    /**
     * What one block gives to some tokens, each of which sees some of it.
     *
     * @param memory of {@link KvCache#block} or {@link KvCache#floats}
     * @param widened whether it is of {@link KvCache#floats}
     * @param query {@code [tokens][group][keyWidth]}
     * @param position of the first token
     * @param scores room for {@code tokens * group * BLOCK}
     * @param partial the results, {@code [tokens][size]} from {@code at}
     */
    void block(
            KvCache cache,
            MemorySegment memory,
            boolean widened,
            int kvHead,
            int block,
            float[] query,
            int tokens,
            int position,
            float[] scores,
            float[] partial,
            int at) {
        int start = block * KvCache.BLOCK;
        int first = firstIn(start, position);
        int end = endIn(start, position + tokens - 1);
        int queries = tokens * group;
        int panel = first - first % Kernels.LANES;
        // Whole panels: the scores of positions that are not seen are computed along and not looked at.
        int rows = Math.ceilDiv(end - panel, Kernels.LANES) * Kernels.LANES;
        cache.scores(kernels, memory, widened, kvHead, panel, rows, query, queries, scores);
        for (int q = 0; q < queries; q++) {
            int seen = firstIn(start, position + q / group);
            int seenEnd = endIn(start, position + q / group);
            int row = q * rows - panel;
            int stats = at + q * ofQuery() + width;
            partial[stats] = kernels.max(scores, row + seen, seenEnd - seen);
            partial[stats + 1] = kernels.exponentials(scores, row + seen, seenEnd - seen, partial[stats], scale);
            // What only other tokens of these see has no weight.
            Arrays.fill(scores, row + first, row + seen, 0);
            Arrays.fill(scores, row + seenEnd, row + end, 0);
        }
        cache.weightedValues(
                kernels,
                memory,
                widened,
                kvHead,
                first,
                end - first,
                scores,
                first - panel,
                rows,
                queries,
                partial,
                at,
                ofQuery());
    }

    /** The first position of a block that a token at {@code position} sees, within the block. */
    private int firstIn(int start, int position) {
        return Math.max(0, firstSeen(position) - start);
    }

    private static int endIn(int start, int position) {
        return Math.min(KvCache.BLOCK, position + 1 - start);
    }

    /** Partial results of no positions: what is added to them stays what it is. */
    void clear(float[] total, int at, int tokens) {
        Arrays.fill(total, at, at + tokens * size(), 0);
        for (int q = 0; q < tokens * size(); q += ofQuery()) {
            total[at + q + width] = Float.NEGATIVE_INFINITY;
        }
    }

    /** Adds the partial results of later positions to those of earlier ones. */
    void add(float[] total, int at, float[] later, int from, int tokens) {
        for (int q = 0; q < tokens * size(); q += ofQuery()) {
            int m = at + q + width;
            int laterM = from + q + width;
            float max = Math.max(total[m], later[laterM]);
            float old = ExpScalar.exp((total[m] - max) * scale);
            float factor = ExpScalar.exp((later[laterM] - max) * scale);
            kernels.scale(total, at + q, old, width);
            kernels.addScaled(total, at + q, factor, later, from + q, width);
            total[m] = max;
            total[m + 1] = Math.fma(factor, later[laterM + 1], old * total[m + 1]);
        }
    }

    /**
     * What the queries of a token found, {@code [group][valueWidth]}, into {@code out} from {@code outAt}.
     *
     * @param sinks a logit of each head, from {@code sinksAt}, that takes its share of the softmax and has no value; null for none
     */
    void finish(float[] total, int at, float[] sinks, int sinksAt, float[] out, int outAt) {
        for (int q = 0; q < group; q++) {
            int from = at + q * ofQuery();
            float sum = total[from + width + 1];
            float factor = sinks == null ? 1 / sum : beside(sinks[sinksAt + q], total[from + width] * scale, sum);
            System.arraycopy(total, from, out, outAt + q * width, width);
            kernels.scale(out, outAt + q * width, factor, width);
        }
    }

    /**
     * {@code 1 / (sum + exp(sink - max))}, without what is beyond a float: the larger of the two is the one that exponentials are taken
     * from.
     */
    private static float beside(float sink, float max, float sum) {
        if (sink <= max) {
            return 1 / (sum + ExpScalar.exp(sink - max));
        }
        float share = ExpScalar.exp(max - sink);
        return share / Math.fma(share, sum, 1f);
    }
}
