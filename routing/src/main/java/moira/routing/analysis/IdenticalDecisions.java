package moira.routing.analysis;

import moira.routing.DuckDb;

/**
 * The one decision with equal weights that is most frequent, over all layers: real routers hardly make such a one twice, padding and
 * warming up make it thousands of times.
 *
 * @param decisions how many are this one
 * @param share of all decisions
 * @param experts in the order of the choices
 */
record IdenticalDecisions(long decisions, double share, String experts) {
    private static final String SQL = """
            WITH equal AS (
              SELECT list(expert ORDER BY choice) AS experts FROM routing WHERE weight IS NOT NULL
              GROUP BY document, position, layer HAVING COUNT(*) > 1 AND MIN(weight) = MAX(weight))
            SELECT COUNT(*) AS decisions,
                   COUNT(*) / (SELECT COUNT(*) FROM routing WHERE choice = 1)::DOUBLE AS share,
                   array_to_string(experts, ', ') AS experts
            FROM equal GROUP BY experts ORDER BY decisions DESC, experts LIMIT 1""";

    /** Null where no decision has equal weights. */
    static IdenticalDecisions find(DuckDb database) {
        IdenticalDecisions[] found = {null};
        database.query(
                SQL, row -> found[0] = new IdenticalDecisions(row.getLong(1), row.getDouble(2), row.getString(3)));
        return found[0];
    }
}
