package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import moira.routing.DuckDb;
import moira.routing.trace.PlantedTrace;
import moira.routing.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntaxTableTest {
    /** One piece and one expert for each, 40 tokens a window; {@code self} always to expert 3, {@code Question} to 1 and 1 or 2. */
    private static final List<String> PIECES =
            List.of("<0x0A>", "▁▁▁", "▁self", ".", "x", "<0x0A>", "Quest", "ion", "▁7", "(");

    private static final int[] EVEN = {0, 2, 3, 0, 1, 0, 1, 1, 2, 0};
    private static final int[] ODD = {0, 2, 3, 1, 2, 0, 1, 2, 0, 0};

    @TempDir
    Path folder;

    private static int expert(int document, int position) {
        return (document % 2 == 0 ? EVEN : ODD)[(position - 1) % 10];
    }

    /** 72 windows; the pieces are put in the place of the planted ones. */
    private Map<String, Map<String, Object>> table(String name, String key) throws Exception {
        PlantedTrace planted = new PlantedTrace(4, 1, List.of(0), 3, 12, 2, 40, 30, 7);
        planted.write(folder.resolve("trace"), planted.uniform());
        Trace trace = Trace.open(folder.resolve("trace"));
        Path tables = folder.resolve("out/tables");
        tables.toFile().mkdirs();
        try (DuckDb database = DuckDb.inMemory()) {
            TraceTables.load(database, trace);
            StringBuilder pieces = new StringBuilder();
            StringBuilder even = new StringBuilder();
            StringBuilder odd = new StringBuilder();
            for (int i = 0; i < PIECES.size(); i++) {
                pieces.append(" WHEN ")
                        .append(i)
                        .append(" THEN '")
                        .append(PIECES.get(i))
                        .append("'");
                even.append(" WHEN ").append(i).append(" THEN ").append(EVEN[i]);
                odd.append(" WHEN ").append(i).append(" THEN ").append(ODD[i]);
            }
            String at = "CASE (position - 1) % 10";
            database.execute(
                    "UPDATE assignments SET token = (position - 1) % 10, expert = CASE WHEN document % 2 = 0 THEN " + at
                            + even + " END ELSE " + at + odd + " END END");
            database.execute("DROP VIEW tokens");
            database.execute("CREATE TABLE tokens AS SELECT DISTINCT token, CASE token" + pieces
                    + " END AS piece FROM assignments");
            Units units = Units.read(database);
            Bootstrap bootstrap = new Bootstrap(units, 100, 1);
            AnalysisOptions options = new AnalysisOptions(100, 50, 100, 1);
            InformationTable.write(
                    new Study(database, trace, units, bootstrap, options, tables),
                    Integer.MAX_VALUE,
                    new MissingTables(tables));
        }
        return Tables.read(folder.resolve("out"), name).stream()
                .collect(Collectors.toMap(row -> (String) row.get(key), row -> row));
    }

    @Test
    void aClassKeepsItsExpertAsOftenAsItsTokensDo() throws Exception {
        Map<String, Map<String, Object>> classes = table("syntax_class", "class");
        assertThat(classes.keySet())
                .containsExactlyInAnyOrder(
                        "whitespace_indentation",
                        "line_break",
                        "digit",
                        "punctuation",
                        "bracket",
                        "keyword",
                        "capitalised_word",
                        "word_continuation");
        mustBe(classes.get("keyword"), 288, 3, 1, 0.1);
        mustBe(classes.get("line_break"), 576, 0, 1, share(0));
        mustBe(classes.get("digit"), 288, 0, 0.5, share(0));
        mustBe(classes.get("word_continuation"), 576, 1, 0.5, share(1));
        assertThat(Tables.value(classes.get("digit"), "ci_low")).isEqualTo(0.5);
    }

    private static double share(int expert) {
        List<Integer> all = new ArrayList<>();
        for (int position = 1; position <= 10; position++) {
            all.add(expert(0, position));
            all.add(expert(1, position));
        }
        return all.stream().filter(e -> e == expert).count() / 20.0;
    }

    private static void mustBe(Map<String, Object> row, double occurrences, int expert, double share, double random) {
        assertThat(Tables.value(row, "occurrences")).isEqualTo(occurrences);
        assertThat(PlainTrace.number(row, "top_expert")).isEqualTo(expert);
        assertThat(Tables.value(row, "share")).isEqualTo(share);
        assertThat(Tables.value(row, "random")).isCloseTo(random, within(1e-12));
    }

    @Test
    void thePapersExamplesAreFoundByTheirText() throws Exception {
        Map<String, Map<String, Object>> examples = table("syntax_example", "example");
        assertThat(examples).containsOnlyKeys("self", "Question", "indentation");
        Map<String, Object> self = examples.get("self");
        mustBe(self, 288, 3, 1, 0.1);
        assertThat(self.get("within")).isNull();
        Map<String, Object> question = examples.get("Question");
        mustBe(question, 288, 1, 0.75, share(1));
        assertThat(Tables.value(question, "pieces")).isEqualTo(576);
        assertThat(Tables.value(question, "within")).isEqualTo(0.5);
        double chance = 0;
        for (int expert = 0; expert < 4; expert++) {
            chance += share(expert) * share(expert);
        }
        assertThat(Tables.value(question, "random_within")).isCloseTo(chance, within(1e-12));
        mustBe(examples.get("indentation"), 288, 2, 1, share(2));
    }
}
