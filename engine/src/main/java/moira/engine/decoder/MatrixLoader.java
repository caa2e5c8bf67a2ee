package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.stream.Stream;
import moira.engine.LoadListener;
import moira.engine.architecture.Weights;
import moira.engine.concurrent.Workers;
import moira.engine.matrix.MappedMatrix;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.NativeMemory;
import moira.engine.matrix.PackedMatrix;
import moira.engine.matrix.ResidentMatrix;
import moira.engine.matrix.Scratch;
import moira.engine.tensor.Tensor;

/** Brings the matrices of a model to where they are multiplied, one after the other, each by all threads. */
final class MatrixLoader {
    private final Workers workers;
    private final Arena memory;
    private final Residence residence;
    private final LoadListener listener;
    private final Scratch[] scratch;
    private final long total;

    /** Where the next matrices lie. */
    private SegmentAllocator reserved;

    private long done;

    /** @param memory that is taken for them */
    MatrixLoader(Weights weights, Workers workers, Arena memory, Residence residence, LoadListener listener) {
        this.workers = workers;
        this.memory = memory;
        this.residence = residence;
        this.listener = listener;
        scratch = new Scratch[workers.threads()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch();
        }
        total = weights.matrices().mapToLong(this::bytesToLoad).sum();
    }

    /**
     * Memory in one piece for some matrices, to be loaded next: of a piece of its own a small matrix would have less on huge pages, and
     * 64 experts a layer would be read 6 % slower.
     */
    void reserve(Stream<Tensor> matrices, String what) {
        long bytes = matrices.mapToLong(this::bytesInMemory).sum();
        reserved = SegmentAllocator.slicingAllocator(NativeMemory.allocate(memory, bytes, what));
    }

    private long bytesInMemory(Tensor tensor) {
        if (bytesToLoad(tensor) == 0) {
            return 0;
        }
        return isPacked(tensor) ? PackedMatrix.bytes(tensor) : ResidentMatrix.bytes(tensor);
    }

    /** Whether a matrix keeps its bits here. */
    private boolean isPacked(Tensor tensor) {
        return residence == Residence.PACKED && PackedMatrix.packs(tensor);
    }

    /** Of the file; what stays there is not loaded. */
    private long bytesToLoad(Tensor tensor) {
        return tensor.packed() || residence == Residence.MAPPED ? 0 : tensor.bytes();
    }

    Matrix load(Tensor tensor) {
        if (tensor.packed()) {
            return new PackedMatrix(tensor, tensor.data());
        }
        if (residence == Residence.MAPPED) {
            return new MappedMatrix(tensor);
        }
        Matrix matrix = isPacked(tensor) ? packed(tensor) : resident(tensor);
        done += bytesToLoad(tensor);
        listener.loaded(done, total);
        return matrix;
    }

    private MemorySegment memory(Tensor tensor) {
        return reserved.allocate(bytesInMemory(tensor), NativeMemory.ALIGNMENT);
    }

    private Matrix packed(Tensor tensor) {
        PackedMatrix matrix = new PackedMatrix(tensor, memory(tensor));
        workers.run(matrix.blocks(), (block, worker) -> matrix.pack(tensor, block));
        return matrix;
    }

    private Matrix resident(Tensor tensor) {
        ResidentMatrix matrix = new ResidentMatrix(tensor, memory(tensor));
        workers.run(matrix.blocks(), (block, worker) -> matrix.pack(tensor, block, scratch[worker]));
        return matrix;
    }
}
