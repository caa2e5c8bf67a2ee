package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import moira.engine.Families;
import moira.engine.MoiraException;
import moira.engine.conversion.Conversion;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A family's folder, or the GGUF file made of it, with one thing wrong: one line says what, and where. */
class FamilyBadInputTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NORM = "model.layers.0.input_layernorm.weight";
    private static final String GGUF_NORM = "blk.0.attn_norm.weight";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void aTensorThatIsMissing(String family) throws IOException {
        Path model = withHeader(family, header -> header.set("model.layers.0.surprise.weight", header.remove(NORM)));
        assertThat(refusal(model)).startsWith(model.toString()).contains(NORM).contains("found none");
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void aTensorTooMany(String family) throws IOException {
        Path model = withHeader(family, header -> {
            int end = 0;
            for (JsonNode tensor : header) {
                end = Math.max(end, tensor.path("data_offsets").path(1).asInt());
            }
            header.set(
                    "model.layers.0.surprise.weight",
                    JSON.readTree(
                            "{\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [" + end + ", " + end + "]}"));
        });
        assertThat(refusal(model)).startsWith(model.toString()).contains("model.layers.0.surprise.weight");
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void aTensorOfAnotherShape(String family) throws IOException {
        Path model = withHeader(family, header -> {
            ArrayNode shape = ((ObjectNode) header.get(NORM)).withArray("shape");
            long values = shape.get(0).asLong();
            shape.removeAll().add(2).add(values / 2);
        });
        assertThat(refusal(model)).startsWith(model.toString()).contains(NORM).contains("[2, ");
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void aSettingThatNobodyKnows(String family) throws IOException {
        Path model = withConfig(family, config -> config.put("use_thinking_attention", true));
        assertThat(refusal(model))
                .startsWith(model.resolve("config.json") + ": use_thinking_attention: ")
                .contains("hidden_size");
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void aNumberThatCannotBe(String family) throws IOException {
        for (String wrong : new String[] {"-1", "0", "1e30", "\"many\"", "{}", "[]", "0.5"}) {
            Path model = withConfig(family, config -> config.set("num_hidden_layers", JSON.readTree(wrong)));
            assertThat(refusal(model)).startsWith(model.resolve("config.json") + ": num_hidden_layers: ");
        }
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void anArchitectureThatNobodyKnows(String family) throws IOException {
        Path model = withConfig(family, config -> {
            config.remove("architectures");
            config.put("model_type", "hydra");
        });
        assertThat(refusal(model)).contains("hydra").contains("qwen3_moe").contains("deepseek_v3");
        Path gguf = gguf(family);
        String architecture = moira.engine.family.Families.of(architecture(family))
                .ggufArchitectures()
                .getFirst();
        replace(gguf, architecture, "x".repeat(architecture.length()));
        assertThat(refusal(gguf)).startsWith(gguf.toString()).contains("xx").contains("qwen3moe");
    }

    /** GGUF, changed in place: a name that nobody asks for is missing and too many at once; whichever is said first, it is named. */
    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void aTensorOfAGgufFileUnderAnotherName(String family) throws IOException {
        Path gguf = gguf(family);
        replace(gguf, GGUF_NORM, "blk.0.attn_morn.weight");
        assertThat(refusal(gguf)).startsWith(gguf.toString()).contains(GGUF_NORM);
    }

    private static moira.engine.architecture.Architecture architecture(String family) {
        try (Checkpoint model = Checkpoints.open(Families.path(family))) {
            return model.architecture();
        }
    }

    private static String refusal(Path model) {
        Throwable found = catchThrowable(() -> Checkpoints.open(model).close());
        assertThat(found).isInstanceOf(MoiraException.class);
        assertThat(found.getMessage())
                .doesNotContain("\n")
                .doesNotContain("java.")
                .hasSizeLessThan(2_000);
        return found.getMessage();
    }

    private Path gguf(String family) {
        Path file = folder.resolve(family + ".gguf");
        try (Checkpoint source = Checkpoints.open(Families.path(family))) {
            new Conversion(source, FormatMix.named("F32")).write(file, true, 1, bytes -> {});
        }
        return file;
    }

    private static void replace(Path file, String text, String other) throws IOException {
        String all = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(all).contains(text);
        Files.writeString(file, all.replaceFirst(text, other), StandardCharsets.ISO_8859_1);
    }

    private Path withConfig(String family, Consumer<ObjectNode> change) throws IOException {
        Path model = copy(family, "config.json");
        Path file = model.resolve("config.json");
        ObjectNode config = (ObjectNode)
                JSON.readTree(Files.readString(Families.path(family).resolve("config.json")));
        change.accept(config);
        Files.writeString(file, JSON.writeValueAsString(config));
        return model;
    }

    private Path withHeader(String family, Consumer<ObjectNode> change) throws IOException {
        Path model = copy(family, "model.safetensors");
        ByteBuffer all = ByteBuffer.wrap(
                        Files.readAllBytes(Families.path(family).resolve("model.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[Math.toIntExact(all.getLong())];
        all.get(json);
        ObjectNode header = (ObjectNode) JSON.readTree(new String(json, StandardCharsets.UTF_8));
        change.accept(header);
        byte[] changed = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + changed.length + all.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(changed.length).put(changed).put(all);
        Files.write(model.resolve("model.safetensors"), out.array());
        return model;
    }

    /** Links to all files but one. */
    private Path copy(String family, String but) throws IOException {
        Path model = Files.createTempDirectory(folder, family);
        try (Stream<Path> files = Files.list(Families.path(family))) {
            for (Path file : files.filter(one -> !one.endsWith(but)).toList()) {
                Files.createSymbolicLink(model.resolve(file.getFileName()), file);
            }
        }
        return model;
    }
}
