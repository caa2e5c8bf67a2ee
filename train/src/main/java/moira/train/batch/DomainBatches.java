package moira.train.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/**
 * Batches that mix the domains: each next sequence comes from the domain that is furthest behind its share of the corpus, so that
 * every batch holds the domains in proportion to their tokens.
 */
public final class DomainBatches implements BatchSource {
    private final List<DomainStream> streams = new ArrayList<>();
    private final int sequences;
    private final int length;

    /**
     * @param sequences of a batch
     * @param length predictions of a sequence
     */
    public DomainBatches(TrainingTexts texts, Tokenizer tokenizer, int sequences, int length, long seed) {
        this.sequences = sequences;
        this.length = length;
        List<DomainTokens> domains = texts.tokensByDomain();
        for (int d = 0; d < domains.size(); d++) {
            int bos = tokenizer.addsBos() ? tokenizer.bos() : -1;
            streams.add(new DomainStream(domains.get(d), bos, tokenizer.eos(), 31 * seed + d));
        }
    }

    @Override
    public Batch next() {
        long[] batch = new long[sequences * (length + 1)];
        for (int s = 0; s < sequences; s++) {
            furthestBehind().fill(batch, s * (length + 1), (s + 1) * (length + 1));
        }
        return new Batch(batch, sequences, length);
    }

    private DomainStream furthestBehind() {
        DomainStream best = null;
        for (DomainStream stream : streams) {
            if (best == null
                    || (stream.taken() + 1) * (double) best.tokens() < (best.taken() + 1) * (double) stream.tokens()) {
                best = stream;
            }
        }
        return best;
    }

    @Override
    public String state() {
        return streams.stream().map(DomainStream::state).collect(Collectors.joining(";"));
    }

    @Override
    public void restore(String state) {
        String[] parts = state.split(";");
        if (parts.length != streams.size()) {
            throw MoiraException.expected("checkpoint", streams.size() + " domains, as the corpus has", parts.length);
        }
        for (int d = 0; d < parts.length; d++) {
            streams.get(d).restore(parts[d]);
        }
    }
}
