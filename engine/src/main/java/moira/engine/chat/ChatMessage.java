package moira.engine.chat;

import java.util.List;

/**
 * One message of a conversation.
 *
 * @param content the text; empty where the assistant only calls tools
 * @param toolCalls what the assistant calls; empty for everyone else
 * @param toolCallId of a tool's result: the call that it answers, or null
 * @param toolName of a tool's result: the tool that gave it, or null
 * @param prefix whether this is the beginning of an answer that the model goes on with
 */
public record ChatMessage(
        Role role, String content, List<ToolCall> toolCalls, String toolCallId, String toolName, boolean prefix) {

    public ChatMessage {
        toolCalls = List.copyOf(toolCalls);
    }

    public static ChatMessage system(String content) {
        return new ChatMessage(Role.SYSTEM, content, List.of(), null, null, false);
    }

    public static ChatMessage user(String content) {
        return new ChatMessage(Role.USER, content, List.of(), null, null, false);
    }

    public static ChatMessage assistant(String content) {
        return new ChatMessage(Role.ASSISTANT, content, List.of(), null, null, false);
    }

    public static ChatMessage assistantPrefix(String content) {
        return new ChatMessage(Role.ASSISTANT, content, List.of(), null, null, true);
    }

    public static ChatMessage toolCalls(List<ToolCall> calls) {
        return new ChatMessage(Role.ASSISTANT, "", calls, null, null, false);
    }

    /** What a tool answered; JSON text is passed on as JSON, everything else as a string. */
    public static ChatMessage toolResult(String callId, String toolName, String content) {
        return new ChatMessage(Role.TOOL, content, List.of(), callId, toolName, false);
    }
}
