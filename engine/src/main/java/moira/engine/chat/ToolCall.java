package moira.engine.chat;

/**
 * A call of a tool that the assistant asks for.
 *
 * @param id what its result refers to; null if it has none
 * @param arguments a JSON object as text; text that is no JSON is passed on as a string
 */
public record ToolCall(String id, String name, String arguments) {}
