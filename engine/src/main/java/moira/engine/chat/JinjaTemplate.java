package moira.engine.chat;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.jinja.Template;
import moira.engine.jinja.Text;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Trust;

/**
 * A template in Jinja, rendered as the transformers library does. Special tokens are recognised where the template wrote them; what a user
 * said is text, whatever it looks like.
 */
final class JinjaTemplate implements ChatTemplate {
    /** Some models have another template for conversations with tools. */
    private static final String WITH_TOOLS = "tool_use";

    private final String name;
    private final Template template;
    private final Template withTools;
    private final String source;
    private final Tokenizer tokenizer;

    private JinjaTemplate(String name, Template template, Template withTools, String source, Tokenizer tokenizer) {
        this.name = name;
        this.template = template;
        this.withTools = withTools;
        this.source = source;
        this.tokenizer = tokenizer;
    }

    /**
     * @param name for people and errors
     * @param sources by name
     * @param which of them
     */
    static JinjaTemplate of(String name, Map<String, String> sources, String which, Tokenizer tokenizer) {
        Template template = Template.parse(sources.get(which), name);
        boolean other = which.equals(ChatTemplates.DEFAULT) && sources.containsKey(WITH_TOOLS);
        Template withTools = other ? Template.parse(sources.get(WITH_TOOLS), name + " " + WITH_TOOLS) : template;
        return new JinjaTemplate(name, template, withTools, sources.get(which), tokenizer);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int[] prompt(Conversation conversation) {
        Text text = render(conversation, LocalDateTime.now());
        return tokenizer.encode(text.toString(), new Trust() {
            @Override
            public boolean isTrusted(int from, int to) {
                return text.isWritten(from, to);
            }

            /** Some models mark turns by tokens that their files do not call special. */
            @Override
            public boolean reserves(String token) {
                return source.contains(token);
            }
        });
    }

    Text render(Conversation conversation, LocalDateTime now) {
        List<ChatMessage> messages = conversation.messages();
        boolean open = conversation.continueFinalMessage()
                || (!messages.isEmpty() && messages.getLast().prefix());
        boolean answered = !messages.isEmpty() && messages.getLast().role() == Role.ASSISTANT;
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("messages", messages.stream().map(JinjaTemplate::described).toList());
        said.put("add_generation_prompt", !answered);
        List<Map<String, Object>> tools =
                conversation.tools().stream().map(Tool::described).toList();
        if (!tools.isEmpty()) {
            said.put("tools", tools);
        }
        Text whole = (tools.isEmpty() ? template : withTools).render(written(), said, now);
        return open ? upTo(messages.getLast().content(), whole) : whole;
    }

    private Map<String, Object> written() {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("bos_token", tokenizer.bos() < 0 ? "" : tokenizer.piece(tokenizer.bos()));
        written.put("eos_token", tokenizer.eos() < 0 ? "" : tokenizer.piece(tokenizer.eos()));
        return written;
    }

    private static Map<String, Object> described(ChatMessage message) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("role", message.role().toString());
        described.put("content", message.content());
        if (!message.toolCalls().isEmpty()) {
            List<Object> calls = new ArrayList<>();
            message.toolCalls().forEach(call -> calls.add(described(call)));
            described.put("tool_calls", calls);
        }
        if (message.toolCallId() != null) {
            described.put("tool_call_id", message.toolCallId());
        }
        if (message.toolName() != null) {
            described.put("name", message.toolName());
        }
        return described;
    }

    private static Map<String, Object> described(ToolCall call) {
        Map<String, Object> described = new LinkedHashMap<>();
        if (call.id() != null) {
            described.put("id", call.id());
        }
        described.put("type", "function");
        described.put("function", Map.of("name", call.name(), "arguments", JsonOrText.of(call.arguments())));
        return described;
    }

    /** Without what the template writes behind the last message, which the model goes on with. */
    private Text upTo(String content, Text whole) {
        String last = content.strip();
        int at = whole.toString().lastIndexOf(last);
        if (last.isEmpty() || at < 0) {
            throw MoiraException.expected(
                    name, "a template that keeps the last message, so that the model can go on with it", "another");
        }
        return whole.to(at + last.length());
    }
}
