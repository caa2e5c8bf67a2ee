package moira.engine.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import moira.engine.MoiraException;

/** Opens trained models. */
public final class Checkpoints {
    private static final String ACCEPTED =
            "a GGUF file, or a Hugging Face folder with config.json and model.safetensors (or its index and parts)";

    private static final byte[] GGUF = "GGUF".getBytes(StandardCharsets.US_ASCII);

    private Checkpoints() {}

    /**
     * Opens a GGUF file or a Hugging Face folder, also by one of its shards or as it lies in the cache of Hugging Face. The weights are mapped, not loaded: the checkpoint must stay open as long as
     * they are read.
     *
     * @throws MoiraException if it is neither, is broken, or is no Mixtral-like mixture of experts
     */
    @SuppressWarnings("MustBeClosedChecker") // the checkpoint closes it
    public static Checkpoint open(Path model) {
        Path path = ModelPath.of(model);
        boolean folder = isFolder(path);
        Arena arena = Arena.ofShared();
        try {
            return folder ? HuggingFaceCheckpoint.open(path, arena) : GgufCheckpoint.open(path, arena);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static boolean isFolder(Path path) {
        if (Files.isDirectory(path)) {
            if (!Files.exists(path.resolve(HuggingFaceFolder.CONFIG))) {
                throw MoiraException.expected(path.toString(), ACCEPTED, ModelPath.withoutConfig(path));
            }
            return true;
        }
        if (!Files.isRegularFile(path)) {
            throw MoiraException.expected(path.toString(), ACCEPTED, Files.exists(path) ? "something else" : "nothing");
        }
        if (!startsWithGguf(path)) {
            throw MoiraException.expected(path.toString(), ACCEPTED, "another file");
        }
        return false;
    }

    static boolean startsWithGguf(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(GGUF.length), GGUF);
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be read", e);
        }
    }
}
