package moira.routing.comparison;

import java.util.Optional;

/** What is compared, layer by layer. A query gives layer, value, ci_low, ci_high and chance, the last three NULL where not known. */
enum Measure {
    DIVERGENCE(
            "divergence",
            "share of full separation",
            "divergence",
            "SELECT layer, jsd_bits / %1$s AS value, NULL AS ci_low, NULL AS ci_high, null_mean / %1$s AS chance"
                    + " FROM divergence WHERE domain_a = '' AND choices = 'either'"),
    REPETITION_FIRST(
            "repetition_first",
            "share of pairs",
            "repetition",
            "SELECT layer, avg(first) AS value, avg(first_ci_low) AS ci_low, avg(first_ci_high) AS ci_high,"
                    + " avg(random_first) AS chance FROM repetition WHERE pairs > 0 GROUP BY layer"),
    REPETITION_ANY(
            "repetition_any",
            "share of pairs",
            "repetition",
            "SELECT layer, avg(\"any\") AS value, avg(any_ci_low) AS ci_low, avg(any_ci_high) AS ci_high,"
                    + " avg(random_any) AS chance FROM repetition WHERE pairs > 0 GROUP BY layer"),
    LOAD(
            "load_max_over_mean",
            "ratio",
            "load",
            "SELECT layer, avg(max_over_mean) AS value, avg(max_over_mean_ci_low) AS ci_low,"
                    + " avg(max_over_mean_ci_high) AS ci_high, avg(random_max_over_mean) AS chance FROM load GROUP BY layer"),
    VOCABULARY("token", "share of H(X)", "information"),
    TOPIC("domain|token", "share of H(X)", "information"),
    TOPIC_BY_COUNTS(
            "domain|token_by_counts",
            "share of H(X)",
            "information",
            "SELECT layer, share_of_entropy AS value, NULL AS ci_low, NULL AS ci_high, 0 AS chance FROM information"
                    + " WHERE quantity = 'domain|token_by_counts'"),
    DOMAIN("domain", "share of H(X)", "information"),
    NEIGHBOUR("previous_choice", "share of H(X)", "information");

    private final String id;
    private final String unit;
    private final String table;
    private final String sql;

    Measure(String id, String unit, String table, String sql) {
        this.id = id;
        this.unit = unit;
        this.table = table;
        this.sql = sql;
    }

    /** One of the verdict, whose shares have chance subtracted. */
    Measure(String quantity, String unit, String table) {
        this(quantity, unit, table, "");
    }

    /** As tables name it; of a quantity of information its name there. */
    String id() {
        return id;
    }

    String unit() {
        return unit;
    }

    /** The table of the analysis that it comes from. */
    String table() {
        return table;
    }

    /** Whether it is a share of H(X), which the verdict has. */
    boolean isOfVerdict() {
        return sql.isEmpty();
    }

    /** Whether its layers are averaged as the verdict averages, by their H(X). */
    boolean isShareOfEntropy() {
        return unit.equals(VOCABULARY.unit);
    }

    /** Whether it was held against documents, or by nature could not be. */
    boolean isTested() {
        return this != TOPIC_BY_COUNTS;
    }

    /** Whether it is about a difference of domains. */
    boolean needsDomains() {
        return this == DIVERGENCE || this == TOPIC || this == DOMAIN;
    }

    /**
     * The query; empty for what the verdict has.
     *
     * @param fullSeparation the largest divergence there can be, in bits
     */
    Optional<String> sql(double fullSeparation) {
        return sql.isEmpty() ? Optional.empty() : Optional.of(sql.formatted(fullSeparation));
    }
}
