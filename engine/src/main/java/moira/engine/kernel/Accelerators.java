package moira.engine.kernel;

import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import moira.engine.MoiraException;

/** Finds the {@link Accelerator} of this machine, where somebody fetched one. */
public final class Accelerators {
    private Accelerators() {}

    /**
     * The first that loads; empty where none was fetched.
     *
     * @throws MoiraException if one was, but does not run here
     */
    public static Optional<Accelerator> find() {
        return providers()
                .map(AcceleratorProvider::load)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** @throws MoiraException if there is none */
    public static Accelerator required() {
        return find().orElseThrow(() -> {
            String known = providers().map(AcceleratorProvider::description).collect(Collectors.joining(", "));
            return MoiraException.expected(
                    "kernels", known.isEmpty() ? "an accelerator's module on the class path" : known, "none");
        });
    }

    private static Stream<AcceleratorProvider> providers() {
        return ServiceLoader.load(AcceleratorProvider.class).stream().map(ServiceLoader.Provider::get);
    }
}
