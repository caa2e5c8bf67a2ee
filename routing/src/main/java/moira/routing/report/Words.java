package moira.routing.report;

import moira.routing.result.Columns;
import moira.routing.result.Pieces;
import moira.routing.result.Tables;

/**
 * For every layer the tokens whose first choice is most and least bound to one expert. Of thousands of tokens the extremes
 * are extreme by luck too, so they are ordered by the careful end of the Wilson interval of their share: lower end for the
 * most bound, upper end for the least.
 */
final class Words {
    private static final int EACH = 14;

    private static final String SQL = """
            WITH favourite AS (
              SELECT layer, "by", token, coalesce(piece, '#' || token) AS piece, expert, first_assignments AS hits, occurrences AS n, 1.96 * 1.96 AS zz
              FROM vocabulary_specialization
              QUALIFY row_number() OVER (PARTITION BY layer, "by", token ORDER BY first_assignments DESC, expert) = 1),
            wilson AS (
              SELECT *, hits / n AS share, (hits + zz / 2) / (n + zz) AS centre,
                1.96 * sqrt(hits * (n - hits) / n + zz / 4) / (n + zz) AS half FROM favourite),
            ranked AS (
              SELECT *, row_number() OVER (PARTITION BY layer, "by" ORDER BY centre - half DESC, token) AS most,
                row_number() OVER (PARTITION BY layer, "by" ORDER BY centre + half, token) AS least FROM wilson)
            SELECT layer, "by", piece, expert, hits, n, share, centre - half AS low, centre + half AS high,
              CASE WHEN most <= %1$s THEN 'most' ELSE 'least' END AS bound
            FROM ranked WHERE most <= %1$s OR least <= %1$s ORDER BY "by", layer, most
            """.formatted(EACH);

    private Words() {}

    /** Columns layer, by, piece, expert, hits, n, share, low, high, bound ({@code most} or {@code least}). */
    static Columns of(Tables tables) {
        Columns words = tables.query(SQL);
        return words.map("piece", piece -> Pieces.label(String.valueOf(piece)));
    }
}
