package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import moira.routing.DuckDb;
import moira.routing.trace.PlantedTrace;
import moira.routing.trace.Trace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace of which only counts are left gives the same information as far as they go. */
class CountedInformationTest {
    private static final AnalysisOptions OPTIONS = new AnalysisOptions(200, 50, 400, 3);
    private static final String ROUTED = "FROM routing r JOIN units u ON u.document = r.document "
            + "JOIN tokens t ON t.document = r.document AND t.position = r.position WHERE NOT t.special";

    @TempDir
    Path folder;

    private Map<String, Map<String, Object>> whole;

    @BeforeEach
    void plant() throws Exception {
        PlantedTrace planted = PlantedTrace.SMALL;
        planted.write(
                folder.resolve("trace"),
                (random, layer, domain, token, previous) ->
                        planted.first(random, random.nextInt(3) == 0 ? domain : token));
        whole = measured("whole", database -> {}, Integer.MAX_VALUE);
    }

    @FunctionalInterface
    private interface Change {
        void to(DuckDb database);
    }

    /** The rows by layer, quantity and choices. */
    private Map<String, Map<String, Object>> measured(String name, Change change, long limit) throws SQLException {
        Trace trace = Trace.open(folder.resolve("trace"));
        Path out = folder.resolve(name);
        out.resolve("tables").toFile().mkdirs();
        try (DuckDb database = DuckDb.inMemory()) {
            TraceTables.load(database, trace);
            Units units = Units.read(database);
            Bootstrap bootstrap = new Bootstrap(units, OPTIONS.bootstrap(), OPTIONS.seed());
            change.to(database);
            InformationTable.write(
                    new Study(database, trace, units, bootstrap, OPTIONS, out.resolve("tables")),
                    limit,
                    new MissingTables(out.resolve("tables")));
        }
        Map<String, Map<String, Object>> rows = new HashMap<>();
        for (Map<String, Object> row : Tables.read(out, "information")) {
            rows.put(row.get("layer") + " " + row.get("quantity") + " " + row.get("choices"), row);
        }
        return rows;
    }

    private static double value(Map<String, Object> row, String column) {
        return Tables.value(row, column);
    }

    @Test
    void countsByTokenGiveTheSameBits() throws Exception {
        Map<String, Map<String, Object>> counted = measured(
                "by token",
                database -> {
                    database.execute(
                            "CREATE TABLE token_counts AS SELECT u.domain, r.layer, r.choice, t.token, r.expert, "
                                    + "CAST(COUNT(*) AS DOUBLE) AS assignments " + ROUTED + " GROUP BY ALL");
                    database.execute("DROP TABLE assignments");
                },
                Integer.MAX_VALUE);
        assertThat(counted).hasSize(2 * 2 * 5);
        counted.forEach((key, row) -> {
            assertThat(value(row, "bits")).as(key).isCloseTo(value(whole.get(key), "bits"), within(1e-9));
            assertThat(value(row, "tokens")).as(key).isEqualTo(value(whole.get(key), "tokens"));
            assertThat(row.get("p_value")).as(key).isNull();
            assertThat(row.get("ci_low")).as(key).isNull();
            if (!key.contains("entropy")) {
                double left = value(row, "bits") - value(row, "null_bits");
                assertThat(value(row, "corrected_bits")).as(key).isCloseTo(left, within(1e-12));
            }
        });
        String token = "0 token first";
        assertThat(value(counted.get(token), "null_bits"))
                .isCloseTo(value(whole.get(token), "null_bits"), within(0.15 * value(whole.get(token), "null_bits")));
    }

    @Test
    void countsByTokenFillUpARoutingWithoutTokens() throws Exception {
        Map<String, Map<String, Object>> counted = measured(
                "both",
                database -> {
                    database.execute("CREATE TABLE token_counts AS SELECT u.domain, r.layer, 0 AS choice, t.token, "
                            + "r.expert, CAST(COUNT(*) AS DOUBLE) AS assignments " + ROUTED + " GROUP BY ALL");
                    database.execute("UPDATE assignments SET token = NULL");
                },
                Integer.MAX_VALUE);
        assertThat(counted).containsKeys("0 previous_choice first", "0 position either", "2 token either");
        assertThat(counted).doesNotContainKeys("0 token first", "0 previous_token first", "0 class first");
        for (String key : List.of("0 domain first", "0 previous_choice either")) {
            assertThat(counted.get(key)).isEqualTo(whole.get(key));
        }
        assertThat(value(counted.get("0 token|domain either"), "bits"))
                .isCloseTo(value(whole.get("0 token|domain either"), "bits"), within(1e-9));
    }

    @Test
    void countsByDocumentGiveTheDomain() throws Exception {
        Map<String, Map<String, Object>> counted = measured("by document", this::countByDocument, Integer.MAX_VALUE);
        assertThat(counted.keySet())
                .containsExactlyInAnyOrder(
                        "0 entropy first",
                        "0 domain first",
                        "0 entropy either",
                        "0 domain either",
                        "2 entropy first",
                        "2 domain first",
                        "2 entropy either",
                        "2 domain either");
        counted.forEach((key, row) -> {
            assertThat(value(row, "bits")).as(key).isCloseTo(value(whole.get(key), "bits"), within(1e-9));
            assertThat(value(row, "ci_low")).as(key).isLessThan(value(row, "ci_high"));
        });
        Map<String, Object> row = counted.get("0 domain first");
        assertThat(value(row, "p_value")).isCloseTo(1.0 / 401, within(1e-12));
        assertThat(value(row, "corrected_bits"))
                .isCloseTo(value(whole.get("0 domain first"), "corrected_bits"), within(0.01));
    }

    private void countByDocument(DuckDb database) {
        database.execute("CREATE TABLE counts AS SELECT r.document, r.layer, r.choice, r.expert, "
                + "CAST(COUNT(*) AS DOUBLE) AS assignments " + ROUTED + " GROUP BY ALL");
        database.execute("DROP TABLE assignments");
    }

    /** 2880 tokens in three domains, of which 1000 are wanted: 333 of each, which is four sources of 80 tokens and a piece. */
    @Test
    void ofTooManyTokensASampleIsMeasured() throws Exception {
        Map<String, Map<String, Object>> sampled = measured("sample", database -> {}, 1000);
        assertThat(sampled.keySet()).isEqualTo(whole.keySet());
        sampled.forEach((key, row) -> {
            assertThat(value(row, "tokens")).as(key).isBetween(990.0, 1000.0);
            assertThat(value(whole.get(key), "tokens")).as(key).isEqualTo(2880);
        });
        assertThat(value(sampled.get("0 token first"), "corrected_bits"))
                .isCloseTo(value(whole.get("0 token first"), "corrected_bits"), within(0.1));
        assertThat(Files.readString(folder.resolve("sample/tables/information.csv")))
                .startsWith(
                        "layer,quantity,bits,null_bits,corrected_bits,share_of_entropy,ci_low,ci_high,p_value,choices,");
    }
}
