package moira.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import moira.engine.io.Sha256;
import moira.engine.tensor.Tensor;

/** Tells models apart without reading all of their bytes, which would take minutes for the large ones. */
final class Fingerprint {
    private static final int SAMPLES = 4;
    private static final long SAMPLE_BYTES = 1024;

    private Fingerprint() {}

    /** SHA-256 over the name, format, shape and 4 KiB of the data of every tensor, in the order of their names. */
    static String of(Collection<Tensor> tensors) {
        MessageDigest digest = Sha256.begin();
        List<Tensor> ordered =
                tensors.stream().sorted(Comparator.comparing(Tensor::name)).toList();
        for (Tensor tensor : ordered) {
            String header = tensor.name() + '\n' + tensor.format() + tensor.shape() + '\n';
            digest.update(header.getBytes(StandardCharsets.UTF_8));
            sample(tensor.data(), digest);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Pieces at even distances, the first at the start and the last at the end; all of it where it is small. */
    private static void sample(MemorySegment data, MessageDigest digest) {
        if (data.byteSize() <= SAMPLES * SAMPLE_BYTES) {
            digest.update(data.toArray(ValueLayout.JAVA_BYTE));
            return;
        }
        long distance = (data.byteSize() - SAMPLE_BYTES) / (SAMPLES - 1);
        for (int i = 0; i < SAMPLES; i++) {
            digest.update(data.asSlice(i * distance, SAMPLE_BYTES).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
