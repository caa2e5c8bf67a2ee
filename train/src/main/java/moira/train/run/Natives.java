package moira.train.run;

import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Device;
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

    /**
     * The device of a name.
     *
     * @param name {@code cpu}, {@code cuda} or {@code cuda:N}
     * @throws MoiraException if this machine and the PyTorch on the class path have no such device
     */
    public static Device device(String name) {
        List<String> devices = new ArrayList<>(List.of("cpu"));
        int cards = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
        for (int card = 0; card < cards; card++) {
            devices.add("cuda:" + card);
        }
        if (!devices.contains(name) && !(cards > 0 && name.equals("cuda"))) {
            throw MoiraException.expected("--device", "one that this PyTorch finds here: " + devices, name);
        }
        return new Device(name);
    }

    /** Threads that share a product. */
    public static int threads() {
        return torch.get_num_threads();
    }
}
