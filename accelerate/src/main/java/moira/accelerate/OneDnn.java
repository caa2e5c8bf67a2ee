package moira.accelerate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import moira.engine.kernel.Accelerator;

/** oneDNN's matrix product: bfloat16 factors, sums in floats. */
final class OneDnn implements Accelerator {
    private final Library library;

    /** A product is used by one thread at a time; the garbage collector frees those of threads that ended. */
    private final ThreadLocal<Map<Matmul.Shape, Matmul>> products = ThreadLocal.withInitial(HashMap::new);

    OneDnn(Library library) {
        this.library = library;
    }

    @Override
    public String name() {
        return library.name();
    }

    @Override
    public void multiply(
            MemorySegment x,
            long xAt,
            int xStride,
            int tokens,
            MemorySegment weights,
            int columns,
            MemorySegment sums,
            boolean add) {
        // Few shapes: each costs half a millisecond, once.
        int whole = Math.ceilDiv(tokens, TOKENS) * TOKENS;
        products.get()
                .computeIfAbsent(new Matmul.Shape(whole, xStride, columns, add), this::matmul)
                .run(x.asSlice(xAt), weights, sums);
    }

    @SuppressWarnings("MustBeClosedChecker") // the garbage collector closes it
    private Matmul matmul(Matmul.Shape shape) {
        return new Matmul(library, shape, Arena.ofAuto());
    }
}
