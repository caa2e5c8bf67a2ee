package moira.engine.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import moira.engine.MoiraException;

/** Opens trained models. */
public final class Checkpoints {
    private static final String ACCEPTED =
            "a GGUF file, or a folder with config.json and model.safetensors (or its index and parts), or with Mistral's params.json and consolidated.safetensors";

    private static final byte[] GGUF = "GGUF".getBytes(StandardCharsets.US_ASCII);

    private Checkpoints() {}

    /**
     * Opens a GGUF file or a folder of safetensors files, also by one of its shards or as it lies in the cache of Hugging Face. The weights are mapped, not loaded: the checkpoint must stay open as long as
     * they are read.
     *
     * @throws MoiraException if it is neither, is broken, or of a family that is not read
     */
    @SuppressWarnings("MustBeClosedChecker") // the checkpoint closes it
    public static Checkpoint open(Path model) {
        Path path = ModelPath.of(model);
        Optional<FolderLayout> folder = layout(path);
        Arena arena = Arena.ofShared();
        try {
            return folder.isPresent()
                    ? FolderCheckpoint.open(path, folder.get(), arena)
                    : GgufCheckpoint.open(path, arena);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Of a folder; a file that is not GGUF is an error. */
    private static Optional<FolderLayout> layout(Path path) {
        if (Files.isDirectory(path)) {
            Optional<FolderLayout> layout = FolderLayout.of(path);
            if (layout.isEmpty()) {
                throw MoiraException.expected(path.toString(), ACCEPTED, ModelPath.withoutConfig(path));
            }
            return layout;
        }
        if (!Files.isRegularFile(path)) {
            throw MoiraException.expected(path.toString(), ACCEPTED, Files.exists(path) ? "something else" : "nothing");
        }
        if (!startsWithGguf(path)) {
            throw MoiraException.expected(path.toString(), ACCEPTED, "another file");
        }
        return Optional.empty();
    }

    static boolean startsWithGguf(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(GGUF.length), GGUF);
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be read", e);
        }
    }
}
