package moira.engine.kernel;

import moira.engine.MoiraException;

/** Chooses a set of kernels, and knows why the fast one is not to be had. */
public final class KernelSets {
    private static final String VECTOR_KERNELS = "moira.engine.kernel.vector.VectorKernels";

    private KernelSets() {}

    /** The vector kernels where the JVM has the Vector API, the scalar ones otherwise. */
    public static Kernels best() {
        return vectorApiIsThere() ? vector() : new ScalarKernels();
    }

    /** Why {@link #best} is not the vector set; empty if it is. */
    public static String advice() {
        return vectorApiIsThere()
                ? ""
                : "the JVM runs without the Vector API, so everything is about ten times slower: pass --add-modules=jdk.incubator.vector";
    }

    /**
     * By name: {@code vector}, {@code scalar} or {@code best}; {@code accelerated} are those that stand beside an accelerator.
     *
     * @throws MoiraException for any other name, or if the JVM has no Vector API
     */
    public static Kernels named(String name) {
        return switch (name) {
            case "best" -> best();
            case "scalar" -> new ScalarKernels();
            case "vector", "accelerated" -> vector();
            default -> throw MoiraException.expected("kernels", "best, accelerated, vector or scalar", name);
        };
    }

    private static boolean vectorApiIsThere() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** By reflection, so that nothing else needs the incubator module to load. */
    private static Kernels vector() {
        try {
            return (Kernels)
                    Class.forName(VECTOR_KERNELS).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            if (e.getCause() instanceof MoiraException reason) {
                throw reason;
            }
            throw new MoiraException("the vector kernels do not load: " + advice() + " (" + e + ")", e);
        }
    }
}
