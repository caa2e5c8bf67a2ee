package moira.engine.chat;

import java.util.ArrayList;
import java.util.List;
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
        List<ChatMessage> turns = new ArrayList<>();
        List<String> system = new ArrayList<>();
        ChatMessage previous = null;
        for (ChatMessage message : conversation.messages()) {
            if (previous != null && previous.prefix()) {
                throw MoiraException.expected("conversation", "a prefix only as the last message", "one before it");
            }
            if (message.role() == Role.SYSTEM) {
                system.add(message.content());
            } else if (previous != null && previous.role() == message.role() && message.role() != Role.TOOL) {
                turns.add(joined(turns.removeLast(), message));
            } else {
                turns.add(message);
            }
            previous = message;
        }
        check(turns);
        boolean prefix = previous != null && previous.prefix();
        if (conversation.continueFinalMessage() && turns.getLast().role() != Role.ASSISTANT) {
            throw MoiraException.expected(
                    "conversation",
                    "a last message of the assistant to go on with",
                    "one of the " + turns.getLast().role());
        }
        return new Turns(
                String.join(BLANK_LINE, system), List.copyOf(turns), prefix || conversation.continueFinalMessage());
    }

    /** Where the last turn of the user is. */
    int lastUser() {
        int last = turns.size() - 1;
        while (turns.get(last).role() != Role.USER) {
            last--;
        }
        return last;
    }

    private static ChatMessage joined(ChatMessage first, ChatMessage second) {
        boolean both = !first.content().isEmpty() && !second.content().isEmpty();
        List<ToolCall> calls = new ArrayList<>(first.toolCalls());
        calls.addAll(second.toolCalls());
        return new ChatMessage(
                first.role(),
                first.content() + (both ? BLANK_LINE : "") + second.content(),
                calls,
                null,
                null,
                second.prefix());
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
