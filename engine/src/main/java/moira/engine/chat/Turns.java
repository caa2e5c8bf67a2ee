package moira.engine.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import moira.engine.MoiraException;

/**
 * A conversation in the form that the templates know, checked: neighbours of one role are one turn, and the system's messages,
 * joined, stand apart. Joins are a blank line.
 *
 * @param system what the system said; empty if nothing
 * @param turns of user, assistant and tool; the first is the user's
 * @param open whether the last turn is an answer that the model goes on with
 */
record Turns(String system, List<ChatMessage> turns, boolean open) {
    static final String BLANK_LINE = "\n\n";

    static Turns of(Conversation conversation) {
        List<ChatMessage> messages = conversation.messages();
        List<ChatMessage> turns = grouped(messages);
        check(turns);
        checkPrefix(messages);
        boolean open = conversation.continueFinalMessage() || messages.getLast().prefix();
        Role last = turns.getLast().role();
        if (open && last != Role.ASSISTANT) {
            throw MoiraException.expected(
                    "conversation", "a last message of the assistant to go on with", "one of the " + last);
        }
        String system = messages.stream()
                .filter(message -> message.role() == Role.SYSTEM)
                .map(ChatMessage::content)
                .collect(Collectors.joining(BLANK_LINE));
        return new Turns(system, List.copyOf(turns), open);
    }

    private static List<ChatMessage> grouped(List<ChatMessage> messages) {
        List<ChatMessage> turns = new ArrayList<>();
        Role before = null;
        for (ChatMessage message : messages) {
            Role role = message.role();
            if (role == before && (role == Role.USER || role == Role.ASSISTANT)) {
                turns.add(joined(turns.removeLast(), message));
            } else if (role != Role.SYSTEM) {
                turns.add(message);
            }
            before = role;
        }
        return turns;
    }

    /** Where the last turn of the user is. */
    int lastUser() {
        int last = turns.size() - 1;
        while (turns.get(last).role() != Role.USER) {
            last--;
        }
        return last;
    }

    /** An assistant that only calls tools has no text, which adds no blank line to what it says. */
    private static ChatMessage joined(ChatMessage first, ChatMessage second) {
        boolean apart = first.role() == Role.USER
                || (!first.content().isEmpty() && !second.content().isEmpty());
        List<ToolCall> calls = new ArrayList<>(first.toolCalls());
        calls.addAll(second.toolCalls());
        String content = first.content() + (apart ? BLANK_LINE : "") + second.content();
        return new ChatMessage(first.role(), content, calls, null, null, second.prefix());
    }

    private static void checkPrefix(List<ChatMessage> messages) {
        if (messages.subList(0, messages.size() - 1).stream().anyMatch(ChatMessage::prefix)) {
            throw MoiraException.expected("conversation", "a prefix only as the last message", "one before it");
        }
    }

    private static void check(List<ChatMessage> turns) {
        if (turns.isEmpty()) {
            throw MoiraException.expected("conversation", "a message of the user", "none");
        }
        Role before = Role.SYSTEM;
        boolean called = false;
        for (ChatMessage turn : turns) {
            Role role = turn.role();
            if (before == Role.SYSTEM && role != Role.USER) {
                throw MoiraException.expected("conversation", "a first message of the user", "one of the " + role);
            }
            if (role == Role.TOOL && !called) {
                throw MoiraException.expected("conversation", "a tool call before its result", "a result alone");
            }
            if (role == Role.ASSISTANT
                    && turn.content().isEmpty() == turn.toolCalls().isEmpty()) {
                String found = turn.content().isEmpty() ? "neither" : "both";
                throw MoiraException.expected("conversation", "an answer of either text or tool calls", found);
            }
            called = role == Role.TOOL || !turn.toolCalls().isEmpty();
            before = role;
        }
    }
}
