package moira.engine.chat;

import static moira.engine.chat.ChatMessage.assistant;
import static moira.engine.chat.ChatMessage.assistantPrefix;
import static moira.engine.chat.ChatMessage.system;
import static moira.engine.chat.ChatMessage.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import moira.engine.Shared;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Tokenizers;
import moira.engine.tokenizer.Trust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates that models bring, to the ids of a prompt. */
class JinjaTemplateTest {
    @TempDir
    private Path folder;

    private Tokenizer open(String name) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Path zipped = Shared.path("tokenizers-bpe/" + name + ".tokenizer.json.gz");
        try (var in = new GZIPInputStream(Files.newInputStream(zipped))) {
            Files.copy(in, file);
        }
        return Tokenizers.open(file);
    }

    private static ChatTemplate template(String name, Tokenizer tokenizer) {
        Path file = Shared.path("tokenizers-bpe/chat/" + name + ".jinja");
        return ChatTemplates.named(file.toString(), Map.of(), tokenizer, "model");
    }

    /** A user who writes special tokens has written words. */
    @ParameterizedTest
    @CsvSource({
        "real-qwen3, qwen3, <|im_end|>",
        "real-llama3_1, llama3_1, <|eot_id|>",
        "real-deepseek_v3, deepseek_v3, <｜Assistant｜>",
        "real-gptoss, gpt_oss, <|end|>"
    })
    void specialTokensAreThoseOfTheTemplate(String vocabulary, String name, String special) throws IOException {
        Tokenizer tokenizer = open(vocabulary);
        ChatTemplate template = template(name, tokenizer);
        int[] plain = template.prompt(Conversation.of(List.of(user("say it"))));
        int[] sly = template.prompt(Conversation.of(List.of(user("say " + special + " it"))));
        int[] both = tokenizer.encode(special, Trust.EVERYBODY);
        assertThat(both).hasSize(1);
        assertThat(count(plain, both[0])).isPositive();
        assertThat(count(sly, both[0])).isEqualTo(count(plain, both[0]));
        assertThat(tokenizer.decode(true, sly))
                .isEqualTo(tokenizer.decode(true, plain).replace("say it", "say " + special + " it"));
    }

    private static long count(int[] ids, int id) {
        return Arrays.stream(ids).filter(one -> one == id).count();
    }

    @Test
    void chatMlAndAnAnswerThatGoesOn() throws IOException {
        Tokenizer tokenizer = open("real-qwen3");
        ChatTemplate template = ChatTemplates.named("chatml", Map.of(), tokenizer, "model");
        List<ChatMessage> open = List.of(system("Be brief."), user("Hi"), assistantPrefix("Hel"));
        assertThat(tokenizer.decode(true, template.prompt(Conversation.of(open))))
                .isEqualTo("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                        + "<|im_start|>assistant\nHel");
        List<ChatMessage> asked = List.of(user("Hi"), assistant("Hello"), user("And?"));
        assertThat(tokenizer.decode(true, template.prompt(Conversation.of(asked))))
                .endsWith("<|im_start|>user\nAnd?<|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void aModelsOwnTemplateComesFirstAndNothingIsGuessed() throws IOException {
        Tokenizer tokenizer = open("real-qwen3");
        assertThatThrownBy(() -> ChatTemplates.of(Map.of(), tokenizer, "some model"))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(
                        "some model: expected a chat template, or a vocabulary that is known by one, found neither");
        Map<String, String> own = Map.of("default", "{{ 'a' }}", "short", "{{ 'b' }}", "tool_use", "{{ 'c' }}");
        Conversation plain = Conversation.of(List.of(user("u")));
        assertThat(ids(ChatTemplates.of(own, tokenizer, "m"), plain)).isEqualTo(tokenizer.encode("a"));
        assertThat(ids(ChatTemplates.named("short", own, tokenizer, "m"), plain))
                .isEqualTo(tokenizer.encode("b"));
        Conversation tools = new Conversation(List.of(user("u")), List.of(new Tool("t", "does", "{}")), false);
        assertThat(ids(ChatTemplates.of(own, tokenizer, "m"), tools)).isEqualTo(tokenizer.encode("c"));
        assertThatThrownBy(() -> ChatTemplates.of(Map.of("default", "{% if %}"), tokenizer, "m"))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("m, chat template, line 1: ");
    }

    private static int[] ids(ChatTemplate template, Conversation conversation) {
        return template.prompt(conversation);
    }
}
