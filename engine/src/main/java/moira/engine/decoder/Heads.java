package moira.engine.decoder;

import java.lang.foreign.MemorySegment;
import moira.engine.checkpoint.DecoderConfig;
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

    /** Floats of partial results: beyond them (a context of 100,000 tokens of Mixtral) tokens go through the blocks one by one. */
    private static final int MOST_PARTIALS = 1 << 22;

    private final DecoderConfig config;
    private final Products products;
    private final Activations a;
    private final HeadGroup group;
    private final Workers.Task chunk = this::chunk;
    private final Workers.Task block = this::block;
    private final TokenLoop addUp;
    /** Of few tokens, {@code [block][token][kvHead][HeadGroup.size]}. */
    private float[] partials = new float[0];

    private KvCache cache;
    private int position;
    private int tokens;
    private int firstBlock;

    Heads(DecoderConfig config, Products products, Activations a) {
        this.config = config;
        this.products = products;
        this.a = a;
        group = new HeadGroup(config, products.kernels());
        addUp = new TokenLoop(products.workers(), this::addUp);
    }

    /** Reads {@code a.query} and the cache, writes the floats of {@code a.attended}. */
    void forward(KvCache cache, int position, int tokens) {
        this.cache = cache;
        this.position = position;
        this.tokens = tokens;
        int kvHeads = config.kvHeads();
        firstBlock = firstBlock(0);
        int blocks = lastBlock(tokens - 1) - firstBlock + 1;
        long needed = (long) blocks * tokens * kvHeads * group.size();
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
        int from = (chunks - 1 - task / config.kvHeads()) * CHUNK;
        int to = Math.min(tokens, from + CHUNK);
        int kvHead = task % config.kvHeads();
        int size = group.size();
        float[] totals = products.scratch(worker).partials((CHUNK + 1) * size);
        for (int b = firstBlock(from); b <= lastBlock(to - 1); b++) {
            MemorySegment memory = memory(b, kvHead, to - 1, worker);
            for (int t = from; t < to; t++) {
                int total = (t - from) * size;
                if (b == firstBlock(t)) {
                    block(memory, b, kvHead, t, worker, totals, total);
                } else if (b > firstBlock(t) && b <= lastBlock(t)) {
                    block(memory, b, kvHead, t, worker, totals, CHUNK * size);
                    group.add(totals, total, totals, CHUNK * size);
                }
            }
        }
        for (int t = from; t < to; t++) {
            group.finish(totals, (t - from) * size, a.attended.values(), query(t, kvHead));
        }
    }

    /** One block and one key head, for all tokens. */
    private void block(int task, int worker) {
        int kvHead = task % config.kvHeads();
        int b = firstBlock + task / config.kvHeads();
        MemorySegment memory = memory(b, kvHead, tokens - 1, worker);
        for (int t = 0; t < tokens; t++) {
            if (firstBlock(t) <= b && b <= lastBlock(t)) {
                block(memory, b, kvHead, t, worker, partials, partial(b, t, kvHead));
            }
        }
    }

    private int partial(int b, int t, int kvHead) {
        return (((b - firstBlock) * tokens + t) * config.kvHeads() + kvHead) * group.size();
    }

    private void addUp(int t) {
        for (int kvHead = 0; kvHead < config.kvHeads(); kvHead++) {
            int total = partial(firstBlock(t), t, kvHead);
            for (int b = firstBlock(t) + 1; b <= lastBlock(t); b++) {
                group.add(partials, total, partials, partial(b, t, kvHead));
            }
            group.finish(partials, total, a.attended.values(), query(t, kvHead));
        }
    }

    /** A block in floats, as far as token {@code last} sees it. */
    private MemorySegment memory(int b, int kvHead, int last, int worker) {
        int positions = Math.min(KvCache.BLOCK, position + last + 1 - b * KvCache.BLOCK);
        return cache.floats(products.kernels(), b, kvHead, positions, products.scratch(worker));
    }

    private void block(MemorySegment memory, int b, int kvHead, int t, int worker, float[] partial, int at) {
        Scratch scratch = products.scratch(worker);
        float[] scores = scratch.scores(group.scores());
        group.block(cache, memory, kvHead, b, a.query, query(t, kvHead), position + t, scores, partial, at);
    }

    /** Where the queries of a token that share a key head are, and what they found. */
    private int query(int t, int kvHead) {
        return (t * config.kvHeads() + kvHead) * (config.heads() / config.kvHeads()) * config.headWidth();
    }
}
