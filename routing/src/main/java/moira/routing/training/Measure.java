package moira.routing.training;

import java.util.List;

/**
 * What is followed, layer by layer, straight from a table of a probe.
 *
 * @param sql gives layer, value, ci_low, ci_high, chance and by_load
 */
record Measure(String id, String unit, String sql) {
    static final List<Measure> ALL = List.of(
            new Measure(
                    "saturation",
                    "share of choices",
                    "SELECT layer, chosen AS value, chosen_ci_low AS ci_low, chosen_ci_high AS ci_high,"
                            + " random_chosen AS chance, chosen_by_load AS by_load FROM saturation"),
            new Measure(
                    "saturation_first",
                    "share of tokens",
                    "SELECT layer, \"first\" AS value, first_ci_low AS ci_low, first_ci_high AS ci_high,"
                            + " random_first AS chance, first_by_load AS by_load FROM saturation"),
            new Measure(
                    "repetition_first",
                    "share of pairs",
                    "SELECT r.layer, avg(r.\"first\") AS value, avg(first_ci_low) AS ci_low, avg(first_ci_high) AS ci_high,"
                            + " avg(random_first) AS chance, avg(s.by_load) AS by_load FROM repetition r JOIN ("
                            + "SELECT layer, domain, sum(share * share) AS by_load FROM expert_share"
                            + " WHERE choices = 'first' GROUP BY layer, domain) s"
                            + " ON s.layer = r.layer AND s.domain = r.domain WHERE pairs > 0 GROUP BY r.layer"),
            new Measure(
                    "repetition_any",
                    "share of pairs",
                    "SELECT layer, avg(\"any\") AS value, avg(any_ci_low) AS ci_low, avg(any_ci_high) AS ci_high,"
                            + " avg(random_any) AS chance, NULL AS by_load FROM repetition WHERE pairs > 0 GROUP BY layer"),
            ofLoad("load_max_over_mean", "ratio", "max_over_mean"),
            ofLoad("load_variation", "ratio", "coefficient_of_variation"),
            ofLoad("load_entropy", "bits", "entropy_bits"),
            new Measure(
                    "dead_experts",
                    "experts",
                    "SELECT layer, dead_experts AS value, NULL AS ci_low, NULL AS ci_high,"
                            + " random_dead_experts AS chance, NULL AS by_load FROM load"));

    private static Measure ofLoad(String id, String unit, String column) {
        return new Measure(
                id,
                unit,
                "SELECT layer, " + column + " AS value, " + column + "_ci_low AS ci_low, " + column
                        + "_ci_high AS ci_high, random_" + column + " AS chance, NULL AS by_load FROM load");
    }
}
