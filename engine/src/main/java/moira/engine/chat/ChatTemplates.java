package moira.engine.chat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/** Finds the template that a conversation is laid out by: the one that is asked for, the model's own, or that of a vocabulary which is known. */
public final class ChatTemplates {
    /** What a model's own template is called where it has several. */
    public static final String DEFAULT = "default";

    private static final List<String> NAMES = List.of("chatml", "mistral-v1", "mistral-v2", "mistral-v3");

    private static final String ASKED =
            "--chat-template with a file, or one of " + String.join(", ", NAMES) + ", or a name that the model has";

    private ChatTemplates() {}

    /**
     * The model's own template, or that of its vocabulary.
     *
     * @param own the sources that the model brings, by name; {@link #DEFAULT} is the usual one
     * @param model for errors
     * @throws MoiraException if it has none, and its vocabulary is no known one: a guess would be wrong without a word
     */
    public static ChatTemplate of(Map<String, String> own, Tokenizer tokenizer, String model) {
        if (own.containsKey(DEFAULT)) {
            return ofModel(own, DEFAULT, tokenizer, model);
        }
        return MistralTemplate.knownBy(tokenizer)
                .orElseThrow(() -> MoiraException.expected(
                        model, "a chat template, or a vocabulary that is known by one", "neither; give " + ASKED));
    }

    /**
     * One that a user asks for.
     *
     * @param asked a name of ours, of the model's own, or a file
     * @throws MoiraException if there is no such template
     */
    public static ChatTemplate named(String asked, Map<String, String> own, Tokenizer tokenizer, String model) {
        if (own.containsKey(asked)) {
            return ofModel(own, asked, tokenizer, model);
        }
        if (asked.equals("chatml")) {
            return JinjaTemplate.of(asked, Map.of(DEFAULT, chatMl()), DEFAULT, tokenizer);
        }
        Optional<ChatTemplate> ours = MistralTemplate.named(asked, tokenizer);
        if (ours.isPresent()) {
            return ours.get();
        }
        Path file = Path.of(asked);
        if (!Files.isRegularFile(file)) {
            throw MoiraException.expected("chat template", ASKED, '"' + asked + '"');
        }
        try {
            return JinjaTemplate.of(asked, Map.of(DEFAULT, Files.readString(file)), DEFAULT, tokenizer);
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    private static ChatTemplate ofModel(Map<String, String> own, String name, Tokenizer tokenizer, String model) {
        String where = model + ", chat template" + (name.equals(DEFAULT) ? "" : " " + name);
        return JinjaTemplate.of(where, own, name, tokenizer);
    }

    /** Where turns are marked by {@code <|im_start|>} and {@code <|im_end|>}. */
    private static String chatMl() {
        try (var in = ChatTemplates.class.getResourceAsStream("chatml.jinja")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
