package moira.engine.chat;

/**
 * A function that the assistant may call.
 *
 * @param parameters its JSON Schema, as text
 */
public record Tool(String name, String description, String parameters) {}
