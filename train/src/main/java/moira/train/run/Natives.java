package moira.train.run;

import moira.engine.MoiraException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's native half, which only training needs, and which only {@code ./moira train} fetches. */
public final class Natives {
    private Natives() {}

    /**
     * Loads it.
     *
     * @param threads that share a product; 0 for what the environment says
     * @throws MoiraException if it is not on the class path, or not for this machine
     */
    public static void load(int threads) {
        try {
            Loader.load(torch.class);
            if (threads > 0) {
                torch.set_num_threads(threads);
            }
        } catch (LinkageError e) {
            throw new MoiraException(
                    "training: expected PyTorch's native libraries for " + Loader.getPlatform()
                            + " on the class path (./moira train fetches them), found " + e.getMessage(),
                    e);
        }
    }

    /** Threads that share a product. */
    public static int threads() {
        return torch.get_num_threads();
    }
}
