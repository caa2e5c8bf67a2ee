package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;
import org.junit.jupiter.api.Test;

class OpenCheckpointTest {
    @Test
    void allowsRowsWithoutAnIdButNoIdWithoutARow() {
        assertThat(withTokenizerOf(4).tokenizer().size()).isEqualTo(4);
        assertThat(withTokenizerOf(5).tokenizer().size()).isEqualTo(5);
        assertThatThrownBy(() -> withTokenizerOf(6).tokenizer())
                .isInstanceOf(MoiraException.class)
                .hasMessage(
                        "tiny, tokenizer: expected at most 5 ids that a text may have, the rows of the embedding, found 6");
    }

    @Test
    void itsFingerprintTellsModelsApart() {
        String fingerprint = open(TinyModel.gguf()).fingerprint();
        assertThat(open(TinyModel.gguf().put("general.name", "renamed")).fingerprint())
                .as("metadata are no weights")
                .isEqualTo(fingerprint);

        GgufWriter reordered = TinyModel.gguf();
        reordered.tensors.put("output.weight", reordered.tensors.remove("output.weight"));
        reordered.tensors.put("token_embd.weight", reordered.tensors.remove("token_embd.weight"));
        assertThat(open(reordered).fingerprint()).as("order in the file").isEqualTo(fingerprint);

        GgufWriter trainedOn = TinyModel.gguf();
        TinyModel.random(trainedOn, new Random(6), "output.weight", TinyModel.VOCABULARY, TinyModel.WIDTH);
        assertThat(open(trainedOn).fingerprint()).as("other weights").isNotEqualTo(fingerprint);
    }

    private static OpenCheckpoint withTokenizerOf(int size) {
        OpenCheckpoint tiny = open(TinyModel.gguf());
        return new OpenCheckpoint(
                tiny.name(),
                tiny.format(),
                tiny.architecture(),
                tiny.weights(),
                tiny.tensors(),
                () -> tokenizer(size),
                tokenizer -> Set.of(),
                Map::of,
                Map::of,
                tiny.files());
    }

    /** A tokenizer that knows nothing but its size. */
    private static Tokenizer tokenizer(int size) {
        return (Tokenizer) Proxy.newProxyInstance(
                Tokenizer.class.getClassLoader(), new Class<?>[] {Tokenizer.class}, (proxy, method, arguments) -> {
                    boolean special = method.getName().equals("isSpecial");
                    return special ? (Object) false : (Object) size;
                });
    }

    private static OpenCheckpoint open(GgufWriter writer) {
        GgufFile file = GgufFile.parse(MemorySegment.ofArray(writer.bytes()), "tiny.gguf");
        return (OpenCheckpoint) GgufCheckpoint.of(file, Path.of("tiny.gguf"), Arena.ofAuto());
    }
}
