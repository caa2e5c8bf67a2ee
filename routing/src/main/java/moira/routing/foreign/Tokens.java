package moira.routing.foreign;

import moira.routing.DuckDb;
import moira.routing.trace.TraceBuilder;

/** Puts together what the source says of its tokens: ids, pieces, both or neither. */
final class Tokens {
    private static final String IDS =
            "(SELECT document, CAST(start + generate_subscripts(tokens, 1) - 1 AS INTEGER) AS position, "
                    + "unnest(tokens) AS token FROM ids)";

    private final DuckDb database;
    private final Account account;

    Tokens(TraceBuilder trace, Account account) {
        this.database = trace.database();
        this.account = account;
    }

    /** Fills the table {@code tokens} from the tables {@code ids} and {@code pieces}. */
    void write(boolean ids, boolean pieces) {
        if (ids) {
            database.execute("INSERT INTO tokens SELECT i.document, i.position, i.token, p.piece, false FROM " + IDS
                    + " i LEFT JOIN pieces p ON p.document = i.document AND p.position = i.position");
        } else if (pieces) {
            database.execute("INSERT INTO tokens SELECT document, position, token, piece, false FROM pieces");
            numbered();
        } else {
            account.lacksTokens();
        }
        if (ids && !pieces) {
            account.lacksPieces();
        }
    }

    private void numbered() {
        database.query(
                "SELECT COUNT(DISTINCT piece) FROM pieces",
                row -> account.note(
                        "tokens: no ids, so the %,d different pieces are numbered as they first appear; two tokens of the model"
                                + " with one text count as one",
                        row.getLong(1)));
    }
}
