package moira.accelerate;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import moira.engine.kernel.Accelerator;

/**
 * A product of one shape: oneDNN generates machine code for it. For one thread at a time; freed with the arena.
 *
 * <p>Numbers are those of oneDNN 3.11's headers.
 */
final class Matmul {
    /** What a product is made for. */
    record Shape(int tokens, int xStride, int columns, boolean add) {}

    private static final int CPU = 1;
    private static final int IN_ORDER = 1;
    private static final int BFLOAT16 = 2;
    private static final int FLOAT = 3;

    /** dnnl_BA16a64b2a: the pairs of columns of 64 rows follow each other. */
    private static final int PAIRS_OF_64_ROWS = 384;

    private static final int SCRATCHPAD_OF_USER = 1;
    private static final int QUERY_SCRATCHPAD = 136;

    private static final int SOURCE = 1;
    private static final int WEIGHTS = 33;
    private static final int RESULT = 17;
    private static final int SCRATCHPAD = 80;
    private static final int ARGUMENTS = 4;

    private final MethodHandle execute;
    private final MethodHandle setDataHandle;
    private final MemorySegment primitive;
    private final MemorySegment stream;
    private final MemorySegment source;
    private final MemorySegment weights;
    private final MemorySegment result;

    /** {@code dnnl_exec_arg_t[4]}: an int, and after eight bytes a pointer. */
    private final MemorySegment arguments;

    Matmul(Library library, Shape shape, Arena arena) {
        int before = library.threads();
        // Products are shared out by the engine: the library must not share this one out again.
        library.setThreads(1);
        try {
            Maker maker = new Maker(library, arena);
            execute = library.function("dnnl_primitive_execute", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
            setDataHandle = library.function("dnnl_memory_set_data_handle", JAVA_INT, ADDRESS, ADDRESS);
            MemorySegment engine = maker.make("engine", CPU, 0L);
            stream = maker.make("stream", engine, IN_ORDER);
            MemorySegment x = maker.strided(BFLOAT16, shape.tokens(), shape.columns(), shape.xStride());
            MemorySegment w = maker.tagged(BFLOAT16, shape.columns(), Accelerator.ROWS, PAIRS_OF_64_ROWS);
            MemorySegment y = maker.strided(FLOAT, shape.tokens(), Accelerator.ROWS, Accelerator.ROWS);
            MemorySegment descriptor = maker.own(
                    "dnnl_primitive_desc_destroy",
                    library.create(
                            "dnnl_matmul_primitive_desc_create",
                            engine,
                            x,
                            w,
                            MemorySegment.NULL,
                            y,
                            maker.attributes(shape.add())));
            primitive = maker.make("primitive", descriptor);
            source = maker.make("memory", x, engine, MemorySegment.NULL);
            weights = maker.make("memory", w, engine, MemorySegment.NULL);
            result = maker.make("memory", y, engine, MemorySegment.NULL);
            arguments = arena.allocate(16L * ARGUMENTS, 8);
            argument(0, SOURCE, source);
            argument(1, WEIGHTS, weights);
            argument(2, RESULT, result);
            argument(3, SCRATCHPAD, maker.scratchpad(descriptor, engine));
        } finally {
            library.setThreads(before);
        }
    }

    private void argument(int index, int number, MemorySegment memory) {
        arguments.set(JAVA_INT, 16L * index, number);
        arguments.set(ADDRESS, 16L * index + 8, memory);
    }

    void run(MemorySegment x, MemorySegment w, MemorySegment y) {
        try {
            Library.check("dnnl_memory_set_data_handle", (int) setDataHandle.invokeExact(source, x));
            Library.check("dnnl_memory_set_data_handle", (int) setDataHandle.invokeExact(weights, w));
            Library.check("dnnl_memory_set_data_handle", (int) setDataHandle.invokeExact(result, y));
            Library.check("dnnl_primitive_execute", (int) execute.invokeExact(primitive, stream, ARGUMENTS, arguments));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes the library's objects, which live as long as an arena. */
    private record Maker(Library library, Arena arena) {
        MemorySegment own(String destroy, MemorySegment object) {
            // Without this object, which holds the arena: it would never be unreachable.
            Library free = library;
            return object.reinterpret(arena, o -> free.call(destroy, o));
        }

        MemorySegment make(String kind, Object... from) {
            return own("dnnl_" + kind + "_destroy", library.create("dnnl_" + kind + "_create", from));
        }

        MemorySegment strided(int type, long rows, long columns, long stride) {
            MemorySegment sizes = arena.allocateFrom(JAVA_LONG, rows, columns);
            MemorySegment strides = arena.allocateFrom(JAVA_LONG, stride, 1);
            return own(
                    "dnnl_memory_desc_destroy",
                    library.create("dnnl_memory_desc_create_with_strides", 2, sizes, type, strides));
        }

        MemorySegment tagged(int type, long rows, long columns, int tag) {
            MemorySegment sizes = arena.allocateFrom(JAVA_LONG, rows, columns);
            return own(
                    "dnnl_memory_desc_destroy",
                    library.create("dnnl_memory_desc_create_with_tag", 2, sizes, type, tag));
        }

        MemorySegment attributes(boolean add) {
            MemorySegment attributes = make("primitive_attr");
            library.call("dnnl_primitive_attr_set_scratchpad_mode", attributes, SCRATCHPAD_OF_USER);
            if (add) {
                MemorySegment after = make("post_ops");
                library.call("dnnl_post_ops_append_sum", after, 1f, 0, FLOAT);
                library.call("dnnl_primitive_attr_set_post_ops", attributes, after);
            }
            return attributes;
        }

        /** Memory of the product's own, so that it may run on any thread. */
        MemorySegment scratchpad(MemorySegment descriptor, MemorySegment engine) {
            MemorySegment layout = (MemorySegment) Library.invoke(
                    library.function("dnnl_primitive_desc_query_md", ADDRESS, ADDRESS, JAVA_INT, JAVA_INT),
                    descriptor,
                    QUERY_SCRATCHPAD,
                    0);
            long bytes =
                    (long) Library.invoke(library.function("dnnl_memory_desc_get_size", JAVA_LONG, ADDRESS), layout);
            return make("memory", layout, engine, arena.allocate(Math.max(bytes, 64), 64));
        }
    }
}
