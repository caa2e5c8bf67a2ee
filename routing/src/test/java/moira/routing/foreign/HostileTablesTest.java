package moira.routing.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables and answers that are not what they seem: one line with file, place, expected and found, and nothing is left behind. */
class HostileTablesTest {
    private static final String CSV = "document,position,layer,experts,weights\n0,0,0,1 0,0.5 0.5\n";
    private static final String TRACE =
            "turn,phase,step,layer,slot,expert,weight,residency,expert_bytes\n0,0,0,0,0,1,0.6,0,0\n0,0,0,0,1,0,0.4,0,0\n";
    private static final String ANSWER = "{\"choices\": [{\"prompt_token_ids\": [5, 6], \"token_ids\": [7, 8],"
            + " \"routed_experts\": [[[1, 0]], [[1, 0]], [[1, 0]]]}]}";

    @TempDir
    private Path folder;

    private void read(String format, String name, String text, ImportOptions options) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Importer.run(format, List.of(file), options, folder.resolve("out/trace"), Progress.NONE);
    }

    private static Arguments csv(String from, String to, String message) {
        return Arguments.of("csv", CSV.replace(from, to), message);
    }

    private static Arguments trace(String from, String to, String message) {
        return Arguments.of("route-trace", TRACE.replace(from, to), message);
    }

    private static Arguments answer(String from, String to, String message) {
        return Arguments.of("responses", ANSWER.replace(from, to), message);
    }

    static Stream<Arguments> wrong() {
        String huge = "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDk5OTk5OTk5OSwg"
                + "NCwgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCg==";
        return Stream.of(
                csv("0,0,0,1 0", "0,zero,0,1 0", "row 1: expected \"position\" from 0 to 2147483646, found \"zero\""),
                csv("0,0,0,1 0", "0,,0,1 0", "row 1: expected \"position\" from 0 to 2147483646, found none"),
                csv("0,0,0,1 0", "0,-1,0,1 0", "row 1: expected \"position\" from 0 to 2147483646, found -1"),
                csv("0,0,0,1 0", "0,0,40000,1 0", "row 1: expected \"layer\" from 0 to 32767, found 40000"),
                csv("0,0,0,1 0", "0,0,0,1 x", "row 1, experts: expected numbers, found \"x\""),
                csv("0,0,0,1 0", "0,0,0,1 1", "row 1: expected 2 different experts, found [1, 1]"),
                csv("0,0,0,1 0", "0,0,0,1 70000", "row 1: expected experts from 0 to 32767, found 70000"),
                csv("0,0,0,1 0", "0,0,0,", "row 1: expected \"experts\" with 1 to 127 ids"),
                csv("0.5 0.5", "NaN 0.5", "row 1: expected weights of 0 or more, found NaN"),
                csv("0.5 0.5", "0.5 -0.5", "row 1: expected weights of 0 or more, found -0.5"),
                csv("0,0,0,1 0", ",0,0,1 0", "row 1: expected \"document\", a number or a string, found none"),
                csv("experts", "experts,layer", "expected CSV with a header"),
                csv("layer", "stratum", "expected a column \"layer\" (--field-... names others), found the columns"),
                Arguments.of("csv", CSV + CSV.split("\n")[1] + "\n", "expected one row for a token in a layer"),
                Arguments.of("csv", "", "expected"),
                Arguments.of(
                        "csv", "document,position,layer,experts\n", "expected a row a token and layer, found none"),
                Arguments.of(
                        "csv",
                        "layer,expert,count\n0,0,4\n0,0,4\n",
                        "row 2: expected one count for an expert of a layer, found another in row 1"),
                trace("0,0,0,0,0,1,", "0,0,x,0,0,1,", "row 1, step: expected a number from 0 to 1073741822, found x"),
                trace("0,0,0,0,0,1,", ",0,0,0,0,1,", "row 1, turn: expected a number from 0 to 2147483646, found none"),
                trace("0,0,0,0,1,0,", "0,2,0,0,1,0,", "row 2, phase: expected a number from 0 to 1, found 2"),
                trace("0,0,0,0,1,0,", "0,0,0,0,1,-3,", "row 2, expert: expected a number from 0 to 32767, found -3"),
                trace("0.4", "much", "row 2, weight: expected a number, found much"),
                trace("slot", "place", "expected a column \"slot\", as --route-trace writes it"),
                trace("1,0,0.4", "1,1,0.4", "expected 2 different experts, found [1, 1]"),
                answer("[[[1, 0]], [[1, 0]], [[1, 0]]]", "\"" + huge + "\"", "expected a shape [tokens, layers, k] of"),
                answer("[[[1, 0]], [[1, 0]], [[1, 0]]]", "\"words!\"", "routed_experts: expected base64, or lists"),
                answer("[[[1, 0]], [[1, 0]], [[1, 0]]]", "[[]]", "routed_experts: expected lists [tokens][layers][k]"),
                answer("[[[1, 0]], ", "[[[1, 0]], [[1]], ", "routed_experts[1]: expected lists of 1 layers with 2"),
                answer(
                        "[[[1, 0]], [[1, 0]],",
                        "[[[1, 0]], [[1, 0]], [[1, 0]], [[1, 0]], [[1, 0]],",
                        "expected a row for each of the 2 tokens, or for all but the last, found 6"),
                answer("[5, 6]", "[5, -6]", "prompt_token_ids: expected ids, found -6"),
                answer("routed_experts", "routed", "expected \"routed_experts\" in every choice"),
                answer(
                        "{\"choices\"",
                        "{\"prompt_routed_experts\": [[[1, 0]]], \"choices\"",
                        "prompt_routed_experts: expected a row for each of the 2 tokens of the prompt, found 1"),
                answer("]}]}", "", "a.responses, element 1: expected a JSON object"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongTablesAreOneLineAndLeaveNothing(String format, String text, String message) throws IOException {
        ImportOptions d = ImportOptions.DEFAULTS;
        boolean counts = text.startsWith("layer,expert");
        ImportOptions options = new ImportOptions(null, null, 0, counts ? 2 : 0, null, null, 0, 0, false, d.fields());
        assertThatThrownBy(() -> read(format, "a." + format, text, options))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(folder.resolve("a." + format).toString())
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n", "java.", "Exception", "null");
        try (Stream<Path> left = Files.list(folder.resolve("out"))) {
            assertThat(left).isEmpty();
        }
    }

    private List<String> rows(String columns, String file) {
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT concat_ws(' ', " + columns + ") FROM '" + folder.resolve("out/trace") + "/" + file
                            + "' ORDER BY ALL",
                    row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    /** A piece may be what CSV readers take for a remark, a quote or the end of a value. */
    @Test
    void piecesOfEveryKindStayWhatTheyAre() throws IOException {
        String[] pieces = {"#", " # x", "\"\"", ",", ";", "|", "\t", "'"};
        StringBuilder text = new StringBuilder("# a remark; of; many; parts\nposition,layer,experts,piece\n");
        for (int i = 0; i < pieces.length; i++) {
            text.append(i).append(",0,1 0,\"").append(pieces[i]).append("\"\n");
        }
        text.append(pieces.length).append(",0,1 0,#bare\n");
        read("csv", "a.csv", text.toString(), ImportOptions.DEFAULTS);
        assertThat(rows("position, piece", "tokens.parquet"))
                .containsExactly("0 #", "1  # x", "2 \"", "3 ,", "4 ;", "5 |", "6 \t", "7 '", "8 #bare");
    }

    /** The options name the columns; a column that happens to be called as Moira calls something is none of its business. */
    @Test
    void columnsOfOtherMeaningAreLeftAlone() throws IOException {
        ImportOptions.Fields d = ImportOptions.Fields.DEFAULTS;
        ImportOptions.Fields fields = new ImportOptions.Fields(
                "request", "at", "block", d.experts(), d.weights(), d.token(), d.piece(), "topic", d.logits(), null);
        String text = "document,position,layer,domain,answer,request,at,block,topic,expert,weight\n"
                + "9,8,7,x,6,r1,0,2,law,3,0.3\n9,8,7,x,6,r1,0,2,law,4,0.7\n1,2,3,y,9,r2,0,2,art,0,0.8\n1,2,3,y,9,r2,0,2,art,1,0.2\n";
        read("csv", "a.csv", text, new ImportOptions(null, null, 0, 0, null, null, 0, 0, false, fields));
        assertThat(rows("document, position, layer, choice, expert", "routing/*.parquet"))
                .containsExactly("0 0 2 1 4", "0 0 2 2 3", "1 0 2 1 0", "1 0 2 2 1");
        assertThat(rows("source, domain, phase, answer", "documents.parquet")).containsExactly("r1 law", "r2 art");
    }
}
