package moira.engine.chat;

import java.util.Locale;
import moira.engine.MoiraException;

/** Who says a message. */
public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL;

    /** The role by the name that OpenAI's API gives it. */
    public static Role of(String name) {
        for (Role role : values()) {
            if (role.toString().equals(name)) {
                return role;
            }
        }
        throw MoiraException.expected("message", "a role system, user, assistant or tool", name);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
