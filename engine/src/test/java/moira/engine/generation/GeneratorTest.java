package moira.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.checkpoint.TinyModel;
import moira.engine.generation.Continuation.End;
import moira.engine.generation.Generator.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of five ids and a context of 64 tokens, that never draws an EOS. */
class GeneratorTest {
    private static final int CONTEXT = 64;
    /** Every id as likely as any other. */
    private static final SamplingOptions UNIFORM = new SamplingOptions(Float.MAX_VALUE, 0, 1, 0, 1, 1);

    @TempDir
    private Path folder;

    private Model load(String... pieces) throws IOException {
        Object[] scores = new Object[pieces.length];
        Arrays.setAll(scores, i -> (float) -i);
        Object[] types = new Object[pieces.length];
        // An unknown character needs a piece; this one prints " ⁇ ".
        Arrays.setAll(types, i -> i == 0 ? 2 : 1);
        byte[] gguf = TinyModel.gguf()
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.tokens", pieces)
                .put("tokenizer.ggml.scores", scores)
                .put("tokenizer.ggml.token_type", types)
                .put("tokenizer.ggml.bos_token_id", -1L)
                .put("tokenizer.ggml.eos_token_id", -1L)
                .bytes();
        return Model.load(Files.write(folder.resolve("tiny.gguf"), gguf));
    }

    private static int[] prompt(int length) {
        int[] prompt = new int[length];
        Arrays.fill(prompt, 1);
        return prompt;
    }

    @Test
    void aTextEndsWithTheContext() throws IOException {
        try (Model model = load("a", "b", "c", "d", "e")) {
            Session session = model.newSession();
            StringBuilder text = new StringBuilder();
            Result result = new Generator(model.tokenizer(), session)
                    .answer(prompt(CONTEXT - 5), 100, UNIFORM, List.of(), text::append);
            assertThat(result.end()).isEqualTo(End.CONTEXT);
            assertThat(result.newTokens()).isEqualTo(5);
            assertThat(text.toString().replace(" ⁇ ", "a")).hasSize(5);
            assertThat(session.position()).isLessThanOrEqualTo(CONTEXT);
        }
    }

    @Test
    void exactlyTheContextIsEnough() throws IOException {
        try (Model model = load("a", "b", "c", "d", "e")) {
            Result result = new Generator(model.tokenizer(), model.newSession())
                    .answer(prompt(CONTEXT - 5), 5, UNIFORM, List.of(), text -> {});
            assertThat(result.end()).isEqualTo(End.MAX_TOKENS);
            assertThat(result.newTokens()).isEqualTo(5);
        }
    }

    @Test
    void aPromptThatDoesNotFitIsNamed() throws IOException {
        try (Model model = load("a", "b", "c", "d", "e")) {
            Session session = model.newSession();
            session.feed(prompt(10));
            Generator generator = new Generator(model.tokenizer(), session);
            assertThatThrownBy(() -> generator.answer(prompt(55), 1, UNIFORM, List.of(), text -> {}))
                    .isInstanceOf(MoiraException.class)
                    .hasMessage(
                            "prompt: expected at most the 54 tokens that the model's context of 64 has left, found 55");
            assertThat(session.position()).isEqualTo(10);
        }
    }

    /** Rows of the output matrix that only fill it up: a uniform draw of 50 would miss two of five with 1 in 10^11. */
    @Test
    void anIdWithoutAPieceIsNeverDrawn() throws IOException {
        try (Model model = load("a", "b", "c")) {
            StringBuilder text = new StringBuilder();
            Result result = new Generator(model.tokenizer(), model.newSession())
                    .answer(prompt(1), 50, UNIFORM, List.of(), text::append);
            assertThat(result.newTokens()).isEqualTo(50);
            assertThat(text.toString()).matches("( ⁇ |b|c){50}").contains(" ⁇ ", "b", "c");
        }
    }
}
