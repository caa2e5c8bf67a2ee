package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.engine.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that people really have, and what they reported. */
class PublicReportsTest {
    private static final String POINTER =
            "version https://git-lfs.github.com/spec/v1\noid sha256:4f5a1c1c\nsize 4892809584\n";

    @TempDir
    private Path folder;

    /** The reference model with another config. */
    private Path reference(String config) throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(Shared.path("reference-model"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.createSymbolicLink(model.resolve(file.getFileName()), file);
            }
        }
        Files.delete(model.resolve("config.json"));
        Files.copy(Shared.path("cases/models/" + config), model.resolve("config.json"));
        return model;
    }

    @ParameterizedTest
    @ValueSource(strings = {"config-integers.json", "config-variants.json"})
    void whatMeansTheSameLoadsAsTheReferenceModelDoes(String config) throws IOException {
        try (Checkpoint found = Checkpoints.open(reference(config));
                Checkpoint expected = Checkpoints.open(Shared.path("reference-model"))) {
            assertThat(found.architecture()).isEqualTo(expected.architecture());
            assertThat(found.fingerprint()).isEqualTo(expected.fingerprint());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "config-quantised-fp8.json, fp8",
        "config-quantised-gptq.json, gptq",
        "config-quantised-bnb-leftover.json, bitsandbytes"
    })
    void theMethodOfQuantisationIsNamed(String config, String method) throws IOException {
        Path model = reference(config);
        assertThatThrownBy(() -> Checkpoints.open(model))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(model.resolve("config.json") + ": quantization_config: ")
                .hasMessageContaining(method)
                .hasMessageNotContaining("java");
    }

    @Test
    void aPointerOfGitLfsIsNamed() throws IOException {
        String expected =
                ": expected the file itself, found a Git LFS pointer to it: it was not fetched (git lfs pull)";
        Path gguf = Files.writeString(folder.resolve("mixtral.gguf"), POINTER);
        assertThatThrownBy(() -> Checkpoints.open(gguf)).hasMessage(gguf + expected);
        assertThatThrownBy(() -> ModelTokenizers.open(gguf)).hasMessage(gguf + expected);
        Path tokenizer = Files.writeString(folder.resolve("tokenizer.model"), POINTER);
        assertThatThrownBy(() -> ModelTokenizers.open(tokenizer)).hasMessage(tokenizer + expected);
        assertThatThrownBy(() -> ModelTokenizers.open(folder)).hasMessage(tokenizer + expected);
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"mixtral\"}");
        Path weights = Files.writeString(folder.resolve("model.safetensors"), POINTER);
        assertThatThrownBy(() -> Checkpoints.open(folder)).hasMessage(weights + expected);
        assertThatThrownBy(() -> Checkpoints.open(weights)).hasMessage(weights + expected);
    }

    /** As Hugging Face's cache lays it out, where files are links into blobs. */
    @Test
    void aFolderOfTheCacheOpensItsSnapshotAndIsCalledAsThere() throws IOException {
        Path cache = folder.resolve("models--org--name--1");
        Path snapshot = Files.createDirectories(cache.resolve("snapshots/0123abcd"));
        Files.createDirectories(cache.resolve("blobs"));
        assertThatThrownBy(() -> Checkpoints.open(cache))
                .hasMessage(cache + ": expected refs/main, which names a snapshot, found none");
        Files.createDirectories(cache.resolve("refs"));
        Path main = Files.writeString(cache.resolve("refs/main"), "../..\n");
        assertThatThrownBy(() -> Checkpoints.open(cache))
                .hasMessage(main + ": expected the name of a folder in snapshots, found \"../..\"");
        Files.writeString(main, "0123abcd\n");
        assertThat(ModelPath.of(cache)).isEqualTo(snapshot);
        assertThat(ModelPath.name(snapshot)).isEqualTo("org/name--1");
        assertThat(ModelPath.name(folder.resolve("small/."))).isEqualTo("small");
    }

    @Test
    void oneShardNamesItsFolder() throws IOException {
        Path shard = Files.writeString(folder.resolve("model-00001-of-00002.safetensors"), "");
        assertThat(ModelPath.of(shard)).isEqualTo(shard);
        Files.writeString(folder.resolve("config.json"), "{}");
        assertThat(ModelPath.of(shard)).isEqualTo(folder);
    }

    @Test
    void aFolderWithoutItsConfigSaysWhatToDo() throws IOException {
        for (String name : List.of("model.safetensors", "model.gguf")) {
            Path file = Files.writeString(folder.resolve(name), "");
            assertThatThrownBy(() -> Checkpoints.open(folder))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageEndingWith(
                            name.endsWith("gguf")
                                    ? "a folder without config.json; give the file itself: " + file
                                    : "a folder without config.json; fetch it from where the safetensors are from");
        }
    }
}
