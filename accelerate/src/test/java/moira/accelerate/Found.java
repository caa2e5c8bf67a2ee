package moira.accelerate;

import moira.engine.MoiraException;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Accelerators;
import org.junit.jupiter.api.Assumptions;

/** oneDNN as the engine finds it. */
public final class Found {
    private Found() {}

    /** Without it, or without a processor for it, the calling test is skipped, and says so. */
    public static Accelerator accelerator() {
        try {
            return Accelerators.required();
        } catch (MoiraException e) {
            System.err.println("SKIPPED: " + e.getMessage());
            Assumptions.abort(e.getMessage());
            throw e;
        }
    }
}
