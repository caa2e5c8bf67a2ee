package moira.routing.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the nulls and intervals allow to say of a term. */
public enum Standing {
    /** Beyond chance, and large enough to matter. Of a model: in more than half of its layers. */
    HOLDS,

    /** Of a model alone: holds in some layers, half of them at most. */
    IN_PART,

    /** Beyond chance, but below the floor. */
    NEGLIGIBLE,

    /** Not to be told from chance. */
    NOT_SHOWN,

    /** A figure without a test: there are no documents, or so few that no outcome could have been told from chance. */
    UNTESTED;

    /** As JSON has it. */
    @JsonValue
    String json() {
        return name().toLowerCase(Locale.ROOT);
    }
}
