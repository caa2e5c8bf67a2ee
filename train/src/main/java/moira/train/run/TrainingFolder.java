package moira.train.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.engine.io.FolderLock;
import moira.engine.io.Replacement;
import moira.train.output.ModelFolder;

/**
 * What lies in the folder of a training: the model as Hugging Face lays it out, {@code checkpoint.safetensors} to go on from,
 * {@code history.jsonl} with a line a step, {@code probe.jsonl} with the texts that are held out, {@code probes.jsonl} with a line a
 * probe, and {@code routing/step-N}, the traces of those texts.
 *
 * @param path of the folder
 */
record TrainingFolder(Path path) {
    private static final String LOCK = "training.lock";

    /** What the folder of a training has, whole or not, before there is anything to go on from. */
    private static final List<String> BEFORE_THE_FIRST_CHECKPOINT = Stream.of(
                    ModelFolder.TOKENIZER, "probe.jsonl", "checkpoint.safetensors")
            .flatMap(
                    name -> Stream.of(name, Replacement.temporary(Path.of(name)).toString()))
            .toList();

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
     * Takes the folder; for a training that begins it need not be there.
     *
     * @param resume whether a training is expected there
     * @throws MoiraException if it is not there, or another process trains there
     */
    FolderLock take(boolean resume) {
        if (resume && !Files.isDirectory(path)) {
            throw nothingToGoOnFrom();
        }
        return FolderLock.take(path, LOCK);
    }

    /**
     * Whether there is a checkpoint to go on from. A training that ended before its first one left files that are written anew, and
     * its lock, by which they are known as ours.
     *
     * @param resume whether one is expected; where not, the folder must be new or empty
     * @param left whether a lock was there before this training's own
     * @throws MoiraException if the folder is not what was expected
     */
    boolean hasCheckpoint(boolean resume, boolean left) {
        boolean found = Files.exists(checkpoint());
        List<String> ours = left ? BEFORE_THE_FIRST_CHECKPOINT : List.of();
        boolean fresh = !found && ours.containsAll(names());
        if (resume && !found && !(left && fresh)) {
            throw nothingToGoOnFrom();
        }
        if (!resume && !fresh) {
            throw MoiraException.expected(
                    path.toString(),
                    "a new or empty folder, or --resume to go on",
                    found ? "a training" : "other files");
        }
        return found;
    }

    private MoiraException nothingToGoOnFrom() {
        return MoiraException.expected(checkpoint().toString(), "a checkpoint to go on from", "nothing");
    }

    /** Of all files but the lock. */
    private List<String> names() {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .toList();
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be listed", e);
        }
    }

    /** Whether a training took this folder and did not come to its end. */
    boolean isLocked() {
        return Files.exists(path.resolve(LOCK));
    }

    /** Keeps the lines of a file that tell of steps up to this one: what came after the checkpoint will come again. */
    static void truncate(Path lines, long step) {
        StringBuilder kept = new StringBuilder();
        for (String line : lines(lines)) {
            if (JsonLine.step(line) <= step) {
                kept.append(line).append('\n');
            }
        }
        if (Files.exists(lines)) {
            Replacement.write(lines, kept.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Whether the texts that are held out have been routed after this step, and all was written down. */
    boolean isProbed(long step) {
        return lines(probes()).stream().anyMatch(line -> JsonLine.step(line) == step);
    }

    /** The bytes of each line, as characters: one that was cut off need not be UTF-8. */
    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.ISO_8859_1) : List.of();
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    /** Copies the vocabulary that was asked for. */
    void copyTokenizer(Path from) {
        try {
            Replacement.write(tokenizer(), Files.readAllBytes(from));
        } catch (IOException e) {
            throw MoiraException.cannot(from, "be read", e);
        }
    }
}
