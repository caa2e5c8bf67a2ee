package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.util.List;
import moira.engine.RoutingObserver;
import moira.engine.architecture.Architecture;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.ScalarKernels;
import moira.engine.matrix.Rows;
import moira.engine.tensor.Tensor;

/** Tokens to hidden states to logits. Immutable; what changes is in a {@link Sequence}. */
public final class Decoder implements AutoCloseable {
    /** Weights that scalar kernels read in the time that it takes to compile vector ones, some 0.3 s: 14 tokens of the bundled model. */
    private static final long COLD_BYTES = 512L << 20;

    private final Architecture architecture;
    private final Products products;
    private final Products cold;
    private final Arithmetic arithmetic;
    private final Rows.Formats formats;
    private final Rotary rotary;
    private final Tensor embedding;
    private final List<Layer> layers;
    private final Norm.Weights outputNorm;
    private final Linear output;
    private final Arena memory;

    /**
     * @param accelerator null for none
     * @param memory of the resident matrices; closed with the decoder
     */
    Decoder(
            Architecture architecture,
            Products products,
            Arithmetic arithmetic,
            Accelerator accelerator,
            Rotary rotary,
            Tensor embedding,
            List<Layer> layers,
            Norm.Weights outputNorm,
            Linear output,
            Arena memory) {
        this.architecture = architecture;
        this.products = products;
        cold = new Products(new ScalarKernels(), products.workers());
        this.arithmetic = arithmetic;
        formats = new Rows.Formats(arithmetic.hasInt8(), arithmetic.hasBfloat16() ? accelerator : null);
        this.rotary = rotary;
        this.embedding = embedding;
        this.layers = layers;
        this.outputNorm = outputNorm;
        this.output = output;
        this.memory = memory;
    }

    public Architecture architecture() {
        return architecture;
    }

    public int threads() {
        return products.workers().threads();
    }

    /** Bytes of weights that a decode step reads, where they lie. */
    public long bytesPerToken() {
        return output.bytes()
                + layers.stream()
                        .mapToLong(layer -> layer.bytes(architecture.expertsPerToken()))
                        .sum();
    }

    public Arithmetic arithmetic() {
        return arithmetic;
    }

    public String kernels() {
        String name = products.kernels().name();
        return formats.accelerator() == null
                ? name
                : name + ", " + formats.accelerator().name();
    }

    /** How many tokens {@link #forward} takes at once: their activations fit arrays, and a share of the heap. */
    public int mostTokens() {
        return Activations.mostTokens(
                architecture, formats, Runtime.getRuntime().maxMemory());
    }

    /** An empty sequence for this decoder, which may grow to the model's context. */
    public Sequence newSequence() {
        return newSequence(architecture.context());
    }

    /**
     * The same of at most so many tokens: where a model's rotary embedding has other frequencies for long sequences (LongRoPE), a short one
     * has those of short ones from its first token on.
     */
    public Sequence newSequence(int length) {
        return new Sequence(architecture, arithmetic, 0, length, Arena.ofAuto());
    }

    /**
     * The first sequence of a cold JVM, where vector code is the slower one until it is compiled: scalar kernels, which give the same
     * bits, take its first tokens if they are few, the model is small, and its weights need no unpacking.
     */
    public Sequence newColdSequence(int length) {
        boolean quick = output.matrix().areFloats();
        int tokens = quick ? (int) (COLD_BYTES / bytesPerToken()) : 0;
        return new Sequence(architecture, arithmetic, tokens, length, Arena.ofAuto());
    }

    /**
     * Takes tokens {@code [from, from + count)} through all layers; they follow what the sequence has.
     *
     * @param wanted of how many of the last of these tokens {@link #logits} may be asked for
     * @param observer told of every layer's routing; null for nobody
     */
    public void forward(Sequence sequence, int[] tokens, int from, int count, int wanted, RoutingObserver observer) {
        Pass pass = pass(sequence, count, sequence.takesCold(count) ? cold : products);
        pass.begin();
        add(pass, sequence, tokens, from, count, wanted, observer);
        forward(pass);
    }

    /**
     * Tokens {@code [from, from + count)}, which follow what a sequence has.
     *
     * @param wanted of how many of the last of these tokens there will be logits
     * @param observer told of every layer's routing; null for nobody
     */
    // The array is not copied: it belongs to whoever asks, for as long as the call takes.
    @SuppressWarnings("ArrayRecordComponent")
    public record Stretch(Sequence sequence, int[] tokens, int from, int count, int wanted, RoutingObserver observer) {}

    /**
     * Takes the next tokens of several sequences through all layers side by side: a layer's weights are read once for all. What becomes
     * of a sequence is the same bits as if it were alone (but for an accelerator's). There will be no logits.
     *
     * @param stretches of different sequences
     */
    public void forward(List<Stretch> stretches) {
        int count = stretches.stream().mapToInt(Stretch::count).sum();
        Pass pass = pass(stretches.getFirst().sequence, count, products);
        pass.begin();
        stretches.forEach(stretch -> add(pass, stretch));
        forward(pass);
    }

    /** Room for {@code rows} tokens of any sequences at once. */
    public Batch newBatch(int rows) {
        int most = Math.min(rows, mostTokens());
        return new Batch(this, new Pass(architecture, products, rotary, new Activations(architecture, most, formats)));
    }

    /** Bytes that the keys and values of a sequence of so many tokens take. */
    public long kvBytes(int length) {
        return architecture.layers().stream()
                .mapToLong(layer -> KvCache.bytes(layer.attention(), arithmetic, length))
                .sum();
    }

    boolean isBeyond(int length) {
        return Rotary.isBeyond(architecture.attention().rotary(), length);
    }

    /** A sequence whose keys and values are freed when it is closed, from whatever thread. */
    @SuppressWarnings("MustBeClosedChecker") // the sequence closes it
    Sequence newClosableSequence(int length) {
        return new Sequence(architecture, arithmetic, 0, length, Arena.ofShared());
    }

    void add(Pass pass, Stretch s) {
        add(pass, s.sequence, s.tokens, s.from, s.count, s.wanted, s.observer);
    }

    void add(Pass pass, Sequence sequence, int[] tokens, int from, int count, int wanted, RoutingObserver observer) {
        sequence.requireRoom(count);
        int first = pass.add(sequence, count, wanted, observer);
        for (int t = 0; t < count; t++) {
            embed(tokens[from + t], pass.activations().hidden, (first + t) * architecture.width());
        }
    }

    private void embed(int token, float[] hidden, int at) {
        embedding.row(token, hidden, at);
        if (architecture.scales().embedding() != 1) {
            products.kernels().scale(hidden, at, architecture.scales().embedding(), architecture.width());
        }
    }

    List<Layer> layers() {
        return layers;
    }

    Products products() {
        return products;
    }

    void forward(Pass pass) {
        for (int l = 0; l < layers.size(); l++) {
            pass.forward(layers.get(l), l, l + 1 == layers.size());
        }
        pass.end();
    }

    /**
     * Logits of tokens {@code [first, first + count)} of the batch that {@link #forward} took last.
     *
     * @param logits {@code [count][vocabulary]}, overwritten
     * @throws IllegalArgumentException if they are not among those that it was told of
     */
    public void logits(Sequence sequence, int first, int count, float[] logits) {
        sequence.pass().logits(outputNorm, output.matrix(), output.bias(), first, count, logits);
    }

    /** The same of all tokens with logits of a batch, which are together now. */
    void logits(Pass pass, int count, float[] logits) {
        pass.logits(outputNorm, output.matrix(), output.bias(), 0, count, logits);
    }

    /** The sequence's own, unless it has none for so many tokens or for such products. */
    Pass pass(Sequence sequence, int tokens, Products with) {
        Pass pass = sequence.pass();
        if (pass == null || pass.activations().tokens() < tokens || pass.products() != with) {
            Activations a = new Activations(architecture, tokens, formats);
            pass = new Pass(architecture, with, rotary, a);
            sequence.keep(pass);
        }
        return pass;
    }

    /** Ends the threads and frees the weights; twice is no error. */
    @Override
    public void close() {
        products.workers().close();
        if (memory.scope().isAlive()) {
            memory.close();
        }
    }
}
