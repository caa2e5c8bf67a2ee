package moira.routing.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.MoiraException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportWriterTest {
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    Path folder;

    private Path html;

    @BeforeEach
    void name() {
        html = folder.resolve("report.html");
    }

    @Test
    void oneFileThatRefersToNoOther() throws IOException {
        String page = write(8, 2);
        assertThat(page).doesNotContain("src=\"", "href=\"", "@import", "sourceMappingURL");
        assertThat(page.length()).isLessThan(5_000_000);
        assertThat(folder).isDirectoryNotContaining("glob:**.moira-tmp");
    }

    @Test
    void textOfTheCorpusIsDataAndNeverMarkup() throws IOException {
        String page = write(8, 2);
        assertThat(page).doesNotContain("<img", "alert(1)>");
        JsonNode data = data(page);
        assertThat(data.path("passages").path(0).path("texts").toString()).contains("</script>");
        assertThat(page.split("</script>", -1)).hasSize(6);
    }

    @Test
    void charactersThatEndAScriptAreEscaped() {
        String value = "</script><!-- & \u2028 \u2029";
        String json = Page.json(value);
        assertThat(json).doesNotContain("<", ">", "&", "\u2028", "\u2029");
        assertThat(JsonMapper.shared().readValue(json, String.class)).isEqualTo(value);
    }

    @Test
    void passagesCarryEveryLayerAndChoice() throws IOException {
        JsonNode data = data(write(8, 2));
        assertThat(data.path("passages")).hasSize(8);
        for (JsonNode passage : data.path("passages")) {
            int tokens = passage.path("texts").size();
            assertThat(tokens)
                    .isGreaterThan(50)
                    .isEqualTo(passage.path("positions").size());
            assertThat(passage.path("positions").path(0).asInt()).isEqualTo(1);
            assertThat(passage.path("routing").path("experts")).hasSize(8);
            for (JsonNode layer : passage.path("routing").path("experts")) {
                assertThat(layer).hasSize(2 * tokens);
                assertThat(layer.valueStream().mapToInt(JsonNode::asInt)).allMatch(e -> e >= 0 && e < 8);
            }
        }
    }

    @Test
    void manyExpertsStayBoundedAndSayWhatWasCut() throws IOException {
        String page = write(72, 8);
        assertThat(page.length()).isLessThan(5_000_000);
        assertThat(data(page).path("cuts").toString())
                .contains("64 busiest of 72", "coactivation is drawn for the layers");
    }

    @Test
    void aTraceOfCountsAloneHasAReportWithoutItsText() throws IOException {
        fixture(8, 2);
        Files.delete(folder.resolve("trace/tokens.parquet"));
        for (String table : new String[] {"router", "vocabulary_specialization", "repetition", "divergence"}) {
            Files.delete(folder.resolve("analysis/tables/" + table + ".parquet"));
        }
        JsonNode data = data(write());
        assertThat(data.path("passages")).isEmpty();
        assertThat(data.path("summary")).hasSize(1);
        assertThat(data.path("summary").path(0).path("text").asString()).startsWith("Not tested");
    }

    @Test
    void whatIsMissingOrBrokenIsNamedInOneLineAndAnOldReportStays() throws IOException {
        fixture(8, 2);
        Files.writeString(html, "old");
        Files.writeString(folder.resolve("analysis/analysis.json"), "{\"experts\": 8");
        assertThatThrownBy(this::write)
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("analysis.json: expected JSON")
                .hasMessageNotContaining("\n");
        Files.writeString(folder.resolve("analysis/analysis.json"), "{\"experts\": 8, \"experts_per_token\": 2}");
        assertThatThrownBy(this::write).hasMessageContaining("\"layers\"").hasMessageContaining("found null");
        fixture(8, 2);
        Files.writeString(folder.resolve("analysis/tables/repetition.parquet"), "no Parquet");
        assertThatThrownBy(this::write)
                .hasMessageContaining("repetition.parquet: expected a Parquet file")
                .hasMessageNotContaining("\n");
        Files.delete(folder.resolve("analysis/tables/expert_share.parquet"));
        Files.delete(folder.resolve("analysis/tables/repetition.parquet"));
        assertThatThrownBy(this::write).hasMessageContaining("expected expert_share.parquet");
        assertThat(html).hasContent("old");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNamed() throws IOException {
        fixture(8, 2);
        Files.createDirectories(html.resolve("not empty"));
        assertThatThrownBy(this::write)
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("report.html: cannot be written: ");
        assertThat(folder).isDirectoryNotContaining("glob:**.moira-tmp");
    }

    private String write(int experts, int k) throws IOException {
        fixture(experts, k);
        return write();
    }

    private void fixture(int experts, int k) throws IOException {
        deleteTables();
        Fixture.write(folder, FixtureTexts.of(experts, k, 3, 120), experts);
    }

    private void deleteTables() throws IOException {
        Path tables = Files.createDirectories(folder.resolve("analysis/tables"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(tables)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private String write() throws IOException {
        ReportWriter.write(folder.resolve("trace"), folder.resolve("analysis"), html);
        return Files.readString(html);
    }

    private static JsonNode data(String page) {
        Matcher matcher = DATA.matcher(page);
        assertThat(matcher.find()).isTrue();
        return JsonMapper.shared().readTree(matcher.group(1));
    }
}
