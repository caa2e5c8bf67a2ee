package moira.engine.decoder;

import java.lang.foreign.MemorySegment;
import moira.engine.architecture.AttentionSpec;
import moira.engine.concurrent.Workers;
import moira.engine.matrix.Scratch;

/**
 * Shares the attention of a batch out among threads. Of a prompt, a task is a key head and a few tokens, which go through the blocks of
 * positions together, while a block is in the cache. Of one token or few, a task is a key head and one block, so that a single
 * long sequence keeps every thread busy; then each token's partial results are added up.
 */
final class Heads {
    /** Tokens of a prompt's task; fewer than that are split by blocks. */
    private static final int CHUNK = 16;

    /** Tokens up to which keys and values in halves are widened as they are multiplied; for more, once in advance. */
    private static final int MOST_IN_HALVES = 2;

    /** Floats of partial results: beyond them (a context of 100,000 tokens of Mixtral) tokens go through the blocks one by one. */
    private static final int MOST_PARTIALS = 1 << 22;

    private final int kvHeads;
    private final int keyWidth;
    private final int valueWidth;
    private final Products products;
    private final float[] query;
    private final float[] found;
    private final HeadGroup group;
    private final Workers.Task chunk = this::chunk;
    private final Workers.Task block = this::block;
    private final TokenLoop addUp;
    /** Of few tokens, {@code [block][kvHead][token][HeadGroup.size]}. */
    private float[] partials = new float[0];

    private KvCache cache;
    private float[] sinks;
    private int position;
    private int firstRow;
    private int tokens;
    private int firstBlock;

    /**
     * The heads of a layer.
     *
     * @param query {@code [tokens][heads][keyWidth]}
     * @param found {@code [tokens][heads][valueWidth]}, overwritten
     */
    Heads(AttentionSpec spec, Products products, float[] query, float[] found) {
        kvHeads = spec.cachedHeads();
        keyWidth = spec.keyWidth();
        valueWidth = spec.valueWidth();
        this.products = products;
        this.query = query;
        this.found = found;
        group = new HeadGroup(spec, products.kernels());
        addUp = new TokenLoop(products.workers(), this::addUp);
    }

    /**
     * Reads rows {@code [firstRow, firstRow + tokens)} of the queries and the cache, writes what was found.
     *
     * @param sinks a logit a head; null for none
     */
    void forward(KvCache cache, float[] sinks, int position, int firstRow, int tokens) {
        this.cache = cache;
        this.sinks = sinks;
        this.position = position;
        this.firstRow = firstRow;
        this.tokens = tokens;
        firstBlock = firstBlock(0);
        int blocks = lastBlock(tokens - 1) - firstBlock + 1;
        long needed = (long) blocks * kvHeads * tokens * group.size();
        if (tokens >= CHUNK || needed > MOST_PARTIALS) {
            products.workers().run(Math.ceilDiv(tokens, CHUNK) * kvHeads, chunk);
            return;
        }
        if (partials.length < needed) {
            partials = new float[(int) Math.min(MOST_PARTIALS, 2 * needed)];
        }
        products.workers().run(blocks * kvHeads, block);
        addUp.run(tokens);
    }

    private int firstBlock(int t) {
        return group.firstSeen(position + t) / KvCache.BLOCK;
    }

    private int lastBlock(int t) {
        return (position + t) / KvCache.BLOCK;
    }

    /** All blocks that some tokens of a prompt see, with one key head. */
    private void chunk(int task, int worker) {
        // The last tokens see most, so they go first: no thread is left with the longest task at the end.
        int chunks = Math.ceilDiv(tokens, CHUNK);
        int from = (chunks - 1 - task / kvHeads) * CHUNK;
        int to = Math.min(tokens, from + CHUNK);
        int kvHead = task % kvHeads;
        int size = group.size();
        float[] totals = products.scratch(worker).partials(2 * CHUNK * size);
        int ofBlock = CHUNK * size;
        group.clear(totals, 0, to - from);
        for (int b = firstBlock(from); b <= lastBlock(to - 1); b++) {
            int first = Math.max(from, firstThatSees(b));
            int end = endOfThoseThatSee(b, first, to);
            block(b, kvHead, first, end, worker, totals, ofBlock);
            group.add(totals, (first - from) * size, totals, ofBlock, end - first);
        }
        for (int t = from; t < to; t++) {
            finish(totals, (t - from) * size, t, kvHead);
        }
    }

    /** One block and one key head, for all tokens. */
    private void block(int task, int worker) {
        int kvHead = task % kvHeads;
        int b = firstBlock + task / kvHeads;
        int first = Math.max(0, firstThatSees(b));
        block(b, kvHead, first, endOfThoseThatSee(b, first, tokens), worker, partials, partial(b, first, kvHead));
    }

    private int partial(int b, int t, int kvHead) {
        return (((b - firstBlock) * kvHeads + kvHead) * tokens + t) * group.size();
    }

    private void addUp(int t) {
        for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
            int total = partial(firstBlock(t), t, kvHead);
            for (int b = firstBlock(t) + 1; b <= lastBlock(t); b++) {
                group.add(partials, total, partials, partial(b, t, kvHead), 1);
            }
            finish(partials, total, t, kvHead);
        }
    }

    /** One block and one key head, for the tokens {@code [from, to)}, which all see some of it. */
    private void block(int b, int kvHead, int from, int to, int worker, float[] partial, int at) {
        Scratch scratch = products.scratch(worker);
        boolean widened = to - from > MOST_IN_HALVES;
        int positions = Math.min(KvCache.BLOCK, position + to - b * KvCache.BLOCK);
        MemorySegment memory =
                widened ? cache.floats(products.kernels(), b, kvHead, positions, scratch) : cache.block(b);
        int ofToken = group.queries() * keyWidth;
        float[] queries = scratch.queries((to - from) * ofToken);
        for (int t = from; t < to; t++) {
            System.arraycopy(query, head(t, kvHead) * keyWidth, queries, (t - from) * ofToken, ofToken);
        }
        float[] scores = scratch.scores((to - from) * group.queries() * KvCache.BLOCK);
        group.block(cache, memory, widened, kvHead, b, queries, to - from, position + from, scores, partial, at);
    }

    /** The first token, perhaps before the batch, that a block's first position does not lie behind. */
    private int firstThatSees(int b) {
        return b * KvCache.BLOCK - position;
    }

    /** Behind the tokens from {@code first} on that see a block: those that its last position does not lie too far back for. */
    private int endOfThoseThatSee(int b, int first, int to) {
        int end = first;
        while (end < to && firstBlock(end) <= b) {
            end++;
        }
        return end;
    }

    /** What a token's heads that share a key head found is written. */
    private void finish(float[] total, int at, int t, int kvHead) {
        int sinksAt = kvHead * group.queries();
        group.finish(total, at, sinks, sinksAt, found, head(t, kvHead) * valueWidth);
    }

    /** The first of a token's heads that share a key head, among those of all rows. */
    private int head(int t, int kvHead) {
        return ((firstRow + t) * kvHeads + kvHead) * group.queries();
    }
}
