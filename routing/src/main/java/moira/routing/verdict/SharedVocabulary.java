package moira.routing.verdict;

import java.util.HashMap;
import java.util.Map;
import moira.routing.result.Tables;

/** How much of a domain's text is written in types that another domain has too: only those can show a topic beyond vocabulary. */
final class SharedVocabulary {
    private static final String TOKENS = """
            SELECT d.domain, t.token, count(*)::DOUBLE AS n FROM tokens t JOIN documents d ON d.document = t.document
            WHERE NOT t.special GROUP BY d.domain, t.token""";

    private static final String COUNTS = """
            SELECT domain, token, sum(assignments) AS n FROM token_counts
            WHERE layer = (SELECT min(layer) FROM token_counts) GROUP BY domain, token""";

    private static final String SHARE = """
            WITH occurrences AS (%s), types AS (SELECT token, count(*) AS domains FROM occurrences GROUP BY token)
            SELECT domain, sum(CASE WHEN domains > 1 THEN n ELSE 0 END) / sum(n) AS shared
            FROM occurrences JOIN types USING (token) GROUP BY domain""";

    private SharedVocabulary() {}

    /** The share of every domain's tokens; empty where tokens are not known. */
    static Map<String, Double> byDomain(Tables tables) {
        Map<String, Double> shares = new HashMap<>();
        boolean tokens = tables.has("tokens") && tables.has("documents");
        if (tokens || tables.has("token_counts")) {
            tables.each(
                    SHARE.formatted(tokens ? TOKENS : COUNTS), row -> shares.put(row.getString(1), row.getDouble(2)));
        }
        return shares;
    }
}
