package moira.engine.decoder;

import java.util.List;

/**
 * Room for the tokens of many sequences on their way through the layers: chunks of some prompts, single tokens of sequences that grow. An
 * expert's weights are read once for all rows that chose it. What becomes of a sequence is the same bits as if it were alone (but for an
 * accelerator's). For one thread at a time.
 */
public final class Batch {
    private final Decoder decoder;
    private final Pass pass;

    Batch(Decoder decoder, Pass pass) {
        this.decoder = decoder;
        this.pass = pass;
    }

    /** How many tokens it takes at once. */
    public int rows() {
        return pass.activations().tokens();
    }

    /** An empty sequence of at most so many tokens, which is to be closed. */
    public Sequence newSequence(int length) {
        return decoder.newClosableSequence(length);
    }

    /** Bytes that the keys and values of a sequence of so many tokens take. */
    public long kvBytes(int length) {
        return decoder.kvBytes(length);
    }

    /** Whether a sequence that was begun for another length may be gone on with as one of this length. */
    public boolean suits(Sequence sequence, int length) {
        return sequence.isBeyond() == decoder.isBeyond(length);
    }

    /**
     * Takes the next tokens of several sequences through all layers, and gives the logits of those that are wanted. Stretches that want
     * none are best put first: the last layer is not computed for them.
     *
     * @param stretches of different sequences, {@link #rows} tokens at most
     * @param logits {@code [wanted][vocabulary]}, overwritten: in the order of the stretches
     */
    public void forward(List<Decoder.Stretch> stretches, float[] logits) {
        pass.begin();
        for (Decoder.Stretch stretch : stretches) {
            decoder.add(pass, stretch);
        }
        decoder.forward(pass);
        int wanted = pass.gatherWanted();
        if (wanted > 0) {
            decoder.logits(pass, wanted, logits);
        }
    }
}
