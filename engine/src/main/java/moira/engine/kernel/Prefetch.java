package moira.engine.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;

/**
 * Asks the processor to fetch cache lines that are read soon. Java has no word for the instruction, so it is a function of 16 bytes
 * in memory of its own, called like one of a library; on Linux on x86-64, where the JVM may call native functions. Elsewhere nothing
 * is fetched ahead, and all else is the same.
 */
public final class Prefetch {
    /** Bytes of a cache line. */
    public static final int LINE = 64;

    /** {@code int lines(long address, int n)}, by the calling convention of System V: rdi and esi, eax. */
    private static final byte[] CODE = HexFormat.of()
            .parseHex(
                    "85f6" //           test esi, esi
                            + "740b" //         jz done
                            + "0f180f" // again: prefetcht0 [rdi]
                            + "4883c740" //     add rdi, 64
                            + "ffce" //         dec esi
                            + "75f5" //         jnz again
                            + "31c0" //   done: xor eax, eax
                            + "c3"); //         ret

    private static final int PAGE = 4096;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EXECUTE = 4;
    private static final int PRIVATE_AND_ANONYMOUS = 0x22;

    private static final MethodHandle LINES = make();

    /** Never another value, but not final. */
    private static int zero;

    private Prefetch() {}

    /** Whether {@link #lines} does anything. */
    public static boolean isThere() {
        return LINES != null;
    }

    /**
     * Fetches {@code n} lines into the first cache and does not wait for them. Few at a time, as a block has: there are places for some
     * 16 under way, and a long burst holds up all other reads.
     *
     * <p>Loops over weights call it in every round, with 0 lines where none are wanted. What lives across a call C2 keeps in memory, also
     * in the loops that follow, and around a call that is only sometimes made it keeps more there. So what those loops need is made
     * behind the call, with the zero that it returns: C2, which does not know that it is one, makes it anew, in registers.
     *
     * @param weights that are under way
     * @param at the byte that they have come to
     * @param ahead bytes from there to the first line; addresses where no memory is do no harm
     * @return 0
     */
    public static int lines(MemorySegment weights, long at, long ahead, int n) {
        return isThere() ? lines(weights.address() + at + ahead, n) : zero;
    }

    private static int lines(long address, int n) {
        try {
            return (int) LINES.invokeExact(address, n);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle make() {
        boolean known = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        if (!known || !Prefetch.class.getModule().isNativeAccessEnabled()) {
            return null;
        }
        try {
            return Linker.nativeLinker()
                    .downcallHandle(
                            executable(CODE),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
                            Linker.Option.critical(false));
        } catch (Throwable e) {
            // A system that lets no program write code for itself: not an error, only slower.
            return null;
        }
    }

    /** Memory with some code in it, for as long as the JVM runs. */
    private static MemorySegment executable(byte[] code) throws Throwable {
        MethodHandle mmap = function(
                "mmap",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        long address = (long) mmap.invokeExact(0L, (long) PAGE, READ | WRITE, PRIVATE_AND_ANONYMOUS, -1, 0L);
        if (address == -1) {
            throw new IllegalStateException("mmap");
        }
        MemorySegment page = MemorySegment.ofAddress(address).reinterpret(PAGE);
        MemorySegment.copy(code, 0, page, ValueLayout.JAVA_BYTE, 0, code.length);
        MethodHandle mprotect = function(
                "mprotect",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        if ((int) mprotect.invokeExact(address, (long) PAGE, READ | EXECUTE) != 0) {
            throw new IllegalStateException("mprotect");
        }
        return page;
    }

    private static MethodHandle function(String name, FunctionDescriptor types) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), types);
    }
}
