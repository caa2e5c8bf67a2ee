package moira.train.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.train.output.ModelFolder;

/**
 * What lies in the folder of a training: the model as Hugging Face lays it out, {@code checkpoint.safetensors} to go on from,
 * {@code history.jsonl} with a line a step, {@code probe.jsonl} with the texts that are held out, {@code probes.jsonl} with a line a
 * probe, and {@code routing/step-N}, the traces of those texts.
 *
 * @param path of the folder
 */
record TrainingFolder(Path path) {
    Path tokenizer() {
        return path.resolve(ModelFolder.TOKENIZER);
    }

    Path checkpoint() {
        return path.resolve("checkpoint.safetensors");
    }

    Path history() {
        return path.resolve("history.jsonl");
    }

    Path probeTexts() {
        return path.resolve("probe.jsonl");
    }

    Path probes() {
        return path.resolve("probes.jsonl");
    }

    /** The trace of the probe texts after a step, as other files of the folder name it. */
    static String trace(long step) {
        return String.format(Locale.ROOT, "routing/step-%08d", step);
    }

    /**
     * Makes the folder.
     *
     * @param resume whether a training is expected there; where not, the folder must be new or empty
     */
    void open(boolean resume) {
        if (resume) {
            if (!Files.exists(checkpoint())) {
                throw MoiraException.expected(checkpoint().toString(), "a checkpoint to go on from", "nothing");
            }
            return;
        }
        try {
            Files.createDirectories(path);
            try (Stream<Path> files = Files.list(path)) {
                if (files.findAny().isPresent()) {
                    throw MoiraException.expected(
                            path.toString(), "a new or empty folder, or --resume to go on", "other files");
                }
            }
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be made", e);
        }
    }

    /** Keeps the lines of a file that tell of steps up to this one: what came after the checkpoint will come again. */
    static void truncate(Path lines, long step) {
        if (!Files.exists(lines)) {
            return;
        }
        Path temporary = lines.resolveSibling(lines.getFileName() + ".tmp");
        try (Stream<String> all = Files.lines(lines)) {
            Files.write(temporary, (Iterable<String>) all.filter(line -> JsonLine.step(line) <= step)::iterator);
            Files.move(temporary, lines, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw MoiraException.cannot(lines, "be cut", e);
        }
    }

    /** Copies the vocabulary that was asked for. */
    void copyTokenizer(Path from) {
        try {
            ModelFolder.writeWhole(tokenizer(), Files.readAllBytes(from));
        } catch (IOException e) {
            throw MoiraException.cannot(from, "be read", e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
