package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model in three files, as gguf-split lays them out. */
class GgufPartsTest {
    private static final int PARTS = 3;
    private static final int SHORT = 2;

    @TempDir
    private Path folder;

    private final GgufWriter whole = TinyModel.gguf();
    private final List<GgufWriter> parts = new ArrayList<>();

    @BeforeEach
    void split() throws IOException {
        for (int i = 0; i < PARTS; i++) {
            parts.add(part(i));
        }
        List<String> names = List.copyOf(whole.tensors.keySet());
        for (int i = 0; i < names.size(); i++) {
            // The first part may well have no tensors.
            int to = 1 + i * (PARTS - 1) / names.size();
            parts.get(to).tensors.put(names.get(i), whole.tensors.get(names.get(i)));
        }
        parts.getFirst().metadata.putAll(whole.metadata);
        for (int i = 0; i < PARTS; i++) {
            write(i);
        }
    }

    private GgufWriter part(int number) {
        return new GgufWriter()
                .put("split.no", new GgufWriter.Typed(SHORT, number))
                .put("split.count", new GgufWriter.Typed(SHORT, PARTS))
                .put("split.tensors.count", whole.tensors.size());
    }

    private void write(int number) throws IOException {
        Files.write(path(number), parts.get(number).bytes());
    }

    private Path path(int number) {
        return folder.resolve("tiny-0000" + (number + 1) + "-of-0000" + PARTS + ".gguf");
    }

    @Test
    void opensFromItsFirstPartAsTheWholeModel() throws IOException {
        Path alone = Files.write(folder.resolve("tiny.gguf"), whole.bytes());
        try (Checkpoint expected = Checkpoints.open(alone);
                Checkpoint found = Checkpoints.open(path(0))) {
            assertThat(found.name()).isEqualTo(expected.name());
            assertThat(found.fingerprint()).isEqualTo(expected.fingerprint());
            assertThat(found.tensors()).hasSameSizeAs(expected.tensors());
            assertThat(found.weights().output().toFloats())
                    .containsExactly(expected.weights().output().toFloats());
        }
    }

    @Test
    void anotherPartSaysWhichOneIsTheFirst() {
        assertRefused(path(1), "expected the first part of the model, " + path(0) + ", found part 2");
    }

    @Test
    void missingPartsAreNamed() throws IOException {
        Files.delete(path(1));
        Files.delete(path(2));
        assertRefused(
                path(0),
                path(0)
                        + ": expected all 3 parts beside it, found no tiny-00002-of-00003.gguf, no tiny-00003-of-00003.gguf");
    }

    @Test
    void aPartThatWasRenamedIsRefused() throws IOException {
        Path other = folder.resolve("model.gguf");
        Files.move(path(0), other);
        assertRefused(other, "expected a name that ends in -00001-of-00003.gguf, by which the other parts");
    }

    @Test
    void aPartInAnothersPlaceIsRefused() throws IOException {
        Files.copy(path(2), path(1), StandardCopyOption.REPLACE_EXISTING);
        assertRefused(path(0), path(1) + ": expected part 2, found part 3");
    }

    @Test
    void aPartOfAnotherModelIsRefused() throws IOException {
        parts.get(1).put("general.name", "other");
        write(1);
        assertRefused(path(0), "general.name: expected a part of the same model as tiny-00001-of-00003.gguf", "other");
        parts.get(1).metadata.remove("general.name");
        parts.get(1).put("split.tensors.count", 7);
        write(1);
        assertRefused(path(0), path(1) + ": split.tensors.count: expected a part of the same model", "found 7");
    }

    @Test
    void tensorsThatArePresentTwiceOrNotAtAllAreRefused() throws IOException {
        GgufWriter.Data output = parts.get(2).tensors.remove("output.weight");
        write(2);
        assertRefused(path(0), "split.tensors.count: expected 23 tensors in all parts, found 22");
        parts.get(2).tensors.put("output.weight", output);
        parts.get(2).tensors.put("token_embd.weight", whole.tensors.get("token_embd.weight"));
        write(2);
        assertRefused(path(0), path(2) + ": expected tensors that no part before has, found token_embd.weight again");
    }

    @Test
    void impossibleNumbersOfPartsAreRefused() throws IOException {
        parts.getFirst().put("split.count", 100_000);
        write(0);
        assertRefused(path(0), "split.count: expected 1 to 99999 parts, found 100000");
    }

    private static void assertRefused(Path path, String... message) {
        assertThatThrownBy(() -> Checkpoints.open(path).close())
                .isInstanceOf(MoiraException.class)
                .hasMessageContainingAll(message);
    }
}
