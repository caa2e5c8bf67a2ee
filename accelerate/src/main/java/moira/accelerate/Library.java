package moira.accelerate;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import moira.engine.MoiraException;

/** oneDNN's C functions, by name. */
final class Library {
    /** Formats have other numbers in other versions. */
    private static final String VERSION = "3.11";

    /** Bits of dnnl_cpu_isa_avx512_core_bf16; later processors have more. */
    private static final int BFLOAT16_INSTRUCTIONS = 0xE7;

    private static final Linker LINKER = Linker.nativeLinker();

    private final Path file;
    private final SymbolLookup oneDnn;
    private final SymbolLookup openMp;
    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
    private final String version;

    /**
     * @param folder that has libdnnl.so.3, and libgomp.so.1, without which it does not load
     * @throws MoiraException if it does not, or in another version, or if the processor has no instructions for bfloat16
     */
    Library(Path folder) {
        file = folder.resolve("libdnnl.so.3");
        openMp = open(folder.resolve("libgomp.so.1"));
        oneDnn = open(file);
        version = version();
        if (!version.startsWith(VERSION + ".")) {
            throw MoiraException.expected(file.toString(), "oneDNN " + VERSION, version);
        }
        int instructions = (int) invoke(function("dnnl_get_effective_cpu_isa", JAVA_INT));
        if ((instructions & BFLOAT16_INSTRUCTIONS) != BFLOAT16_INSTRUCTIONS) {
            throw MoiraException.expected(
                    "oneDNN", "a processor with AVX-512 BF16", "instructions 0x" + Integer.toHexString(instructions));
        }
    }

    private static SymbolLookup open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw MoiraException.expected(file.toString(), "a library (bin/fetch-onednn fetches it)", "none");
        }
        try {
            return SymbolLookup.libraryLookup(file.toAbsolutePath(), Arena.global());
        } catch (IllegalArgumentException e) {
            throw new MoiraException(file + ": expected a library for this machine, found " + e.getMessage(), e);
        }
    }

    private String version() {
        MemorySegment numbers = (MemorySegment) invoke(function("dnnl_version", ADDRESS));
        MemorySegment three = numbers.reinterpret(3 * JAVA_INT.byteSize());
        return three.getAtIndex(JAVA_INT, 0) + "." + three.getAtIndex(JAVA_INT, 1) + "."
                + three.getAtIndex(JAVA_INT, 2);
    }

    String name() {
        return "oneDNN " + version;
    }

    /** Threads that the library may use for what the calling thread makes from now on. */
    void setThreads(int threads) {
        invoke(find(openMp, "omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT)), threads);
    }

    int threads() {
        return (int) invoke(find(openMp, "omp_get_max_threads", FunctionDescriptor.of(JAVA_INT)));
    }

    /**
     * Calls a function that returns a status.
     *
     * @throws MoiraException if that is not success
     */
    void call(String name, Object... arguments) {
        check(name, (int) invoke(function(name, JAVA_INT, layouts(arguments)), arguments));
    }

    /** What a function stores where its first argument points: a new object of the library's. */
    MemorySegment create(String name, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment made = arena.allocate(ADDRESS);
            Object[] all = new Object[arguments.length + 1];
            all[0] = made;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            call(name, all);
            return made.get(ADDRESS, 0);
        }
    }

    static void check(String name, int status) {
        if (status != 0) {
            throw MoiraException.expected(name, "status 0", status);
        }
    }

    /** A handle to call a function often. */
    MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return functions.computeIfAbsent(name, n -> find(oneDnn, n, FunctionDescriptor.of(result, arguments)));
    }

    private MethodHandle find(SymbolLookup symbols, String name, FunctionDescriptor types) {
        MemorySegment symbol = symbols.find(name)
                .orElseThrow(() -> MoiraException.expected(file.toString(), "the function " + name, "none"));
        return LINKER.downcallHandle(symbol, types);
    }

    private static MemoryLayout[] layouts(Object... arguments) {
        return Arrays.stream(arguments).map(Library::layout).toArray(MemoryLayout[]::new);
    }

    private static MemoryLayout layout(Object argument) {
        return switch (argument) {
            case MemorySegment pointer -> ADDRESS;
            case Integer number -> JAVA_INT;
            case Long number -> JAVA_LONG;
            case Float number -> JAVA_FLOAT;
            default -> throw new IllegalArgumentException("no layout for " + argument);
        };
    }

    static Object invoke(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
