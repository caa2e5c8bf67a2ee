package moira.engine.kernel;

import java.util.Optional;

/** Found by {@link java.util.ServiceLoader}; the engine itself has none. */
public interface AcceleratorProvider {
    /** What it is, and how it is to be had, for people. */
    String description();

    /**
     * Loads the library; empty where it was never fetched.
     *
     * @throws moira.engine.MoiraException if it is there, but not for this machine
     */
    Optional<Accelerator> load();
}
