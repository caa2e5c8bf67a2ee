package moira.train.batch;

import java.util.Random;

/** The documents of one domain, in another order every time they have all been seen, as sequences of equal length. */
final class DomainStream {
    private final DomainTokens texts;
    private final int bos;
    private final int eos;
    private final long seed;
    private int[] order;
    private long epoch;
    private int next;
    /** How far the current document has been taken. */
    private int offset;
    /** Sequences taken so far. */
    private long taken;

    DomainStream(DomainTokens texts, int bos, int eos, long seed) {
        this.texts = texts;
        this.bos = bos;
        this.eos = eos;
        this.seed = seed;
        shuffle();
    }

    long taken() {
        return taken;
    }

    long tokens() {
        return texts.tokens();
    }

    /**
     * Fills a sequence. It starts with BOS, as a window of a trace does, whether its document begins there or goes on; a document
     * that ends in it is followed by EOS and the next one.
     */
    void fill(long[] out, int from, int to) {
        taken++;
        int at = from;
        if (bos >= 0) {
            out[at++] = bos;
        }
        while (at < to) {
            int document = order[next];
            if (offset < texts.length(document)) {
                out[at++] = texts.token(document, offset++);
                continue;
            }
            if (eos >= 0) {
                out[at++] = eos;
            }
            advance();
            if (at < to && bos >= 0) {
                out[at++] = bos;
            }
        }
    }

    private void advance() {
        offset = 0;
        next++;
        if (next == order.length) {
            next = 0;
            epoch++;
            shuffle();
        }
    }

    private void shuffle() {
        Random random = new Random(seed + 0x9E3779B97F4A7C15L * (epoch + 1));
        order = new int[texts.documents()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }

    String state() {
        return epoch + "," + next + "," + offset + "," + taken;
    }

    void restore(String state) {
        String[] parts = state.split(",");
        epoch = Long.parseLong(parts[0]);
        next = Integer.parseInt(parts[1]);
        offset = Integer.parseInt(parts[2]);
        taken = Long.parseLong(parts[3]);
        shuffle();
    }
}
