package moira.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import moira.engine.Shared;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Tokenizers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every golden chat prompt of v1, v2 and v3, recorded from mistral-common. */
class ChatGoldenTest {
    @ParameterizedTest
    @CsvSource({
        "v1, 110, tokenizer.model.v1",
        "v2, 126, mistral_instruct_tokenizer_240216.model.v2",
        "v3, 151, mistral_instruct_tokenizer_240323.model.v3"
    })
    void promptsAsMistralDoes(String version, int count, String model) {
        Tokenizer tokenizer = Tokenizers.open(Shared.path("tokenizers/models/" + model));
        ChatTemplate template = ChatTemplates.of(Map.of(), tokenizer, "model");
        assertThat(template.name()).isEqualTo("Mistral " + version);
        JsonNode cases = new JsonMapper()
                .readTree(Shared.path("tokenizers/goldens/chat.json").toFile())
                .path(version);
        assertThat(cases).hasSize(count).allSatisfy(golden -> {
            int[] ids = isFillInTheMiddle(golden)
                    ? FillInTheMiddle.prompt(
                            tokenizer,
                            golden.path("prompt").stringValue(),
                            golden.path("suffix").asString(""))
                    : template.prompt(conversation(golden));
            int[] expected = golden.path("ids")
                    .valueStream()
                    .mapToInt(JsonNode::intValue)
                    .toArray();
            assertThat(ids).as(golden.path("id") + " " + golden.path("cat")).containsExactly(expected);
        });
    }

    private static boolean isFillInTheMiddle(JsonNode golden) {
        return golden.path("cat").asString("").equals("fim")
                || golden.path("kind").asString("").equals("fim");
    }

    private static Conversation conversation(JsonNode golden) {
        List<ChatMessage> messages = new ArrayList<>();
        if (golden.has("system_prompt")) {
            messages.add(ChatMessage.system(golden.path("system_prompt").stringValue()));
        }
        golden.path("messages").forEach(message -> messages.add(message(message)));
        List<Tool> tools = new ArrayList<>();
        golden.path("tools").forEach(tool -> tools.add(tool(tool.path("function"))));
        golden.path("available_tools").forEach(tool -> tools.add(tool(tool.path("function"))));
        return new Conversation(
                messages, tools, golden.path("continue_final_message").asBoolean(false));
    }

    private static ChatMessage message(JsonNode message) {
        Role role = Role.of(message.path("role").stringValue());
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            calls.add(new ToolCall(
                    id(call.path("id")),
                    function.path("name").stringValue(),
                    function.path("arguments").stringValue()));
        }
        return new ChatMessage(
                role,
                content(message.path("content"), role == Role.TOOL ? "" : "\n\n"),
                calls,
                id(message.path("tool_call_id")),
                id(message.path("name")),
                message.path("prefix").asBoolean(false));
    }

    /** Mistral's own tests write "null" for a call without an id. */
    private static String id(JsonNode node) {
        return node.isString() && !node.stringValue().equals("null") ? node.stringValue() : null;
    }

    private static String content(JsonNode content, String separator) {
        return content.isArray()
                ? content.valueStream()
                        .map(part -> part.path("text").stringValue())
                        .collect(Collectors.joining(separator))
                : content.asString("");
    }

    private static Tool tool(JsonNode function) {
        return new Tool(
                function.path("name").stringValue(),
                function.path("description").stringValue(),
                function.path("parameters").toString());
    }
}
