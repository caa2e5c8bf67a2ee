package moira.routing.foreign;

import java.io.Closeable;
import tools.jackson.databind.JsonNode;

/** Rows of a file, a row a token and layer, as objects with the fields that the options name. */
interface RowSource extends Closeable {
    /**
     * The next row, or null at the end.
     *
     * @throws moira.engine.MoiraException if there is something else
     */
    JsonNode next();

    /** Where the row stands that came last, for errors. */
    String at();
}
