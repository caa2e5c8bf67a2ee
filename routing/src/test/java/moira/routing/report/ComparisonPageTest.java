package moira.routing.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.routing.comparison.Analysed;
import moira.routing.comparison.ComparisonWriter;
import moira.routing.verdict.VerdictWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison in a real browser: one model with everything, one of another size without information. */
class ComparisonPageTest {
    @TempDir
    static Path folder;

    private static Chromium chromium;
    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        chromium = Chromium.start();
        Path poor = folder.resolve("poor <b>");
        Fixture.write(folder.resolve("rich"), FixtureTexts.of(8, 2, 4, 120), 8);
        Fixture.write(poor, FixtureTexts.of(32, 4, 3, 60), 32);
        Files.delete(poor.resolve("analysis/tables/information.parquet"));
        ComparisonWriter.write(List.of(analysed("rich"), analysed("poor <b>")), folder.resolve("out"));
    }

    private static Analysed analysed(String name) {
        Path trace = folder.resolve(name).resolve("trace");
        Path analysis = folder.resolve(name).resolve("analysis");
        return new Analysed(name, trace, analysis, VerdictWriter.write(trace, analysis));
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void nothingWasComplainedOf() {
        assertThat(complaints).isEmpty();
    }

    @Test
    void everyFigureIsDrawnAndEveryModelAnswered() throws IOException {
        Page page = open(1200, ColorScheme.DARK);
        Locator figures = page.locator("[data-figure]");
        assertThat(figures.count()).isEqualTo(4);
        for (Locator figure : figures.all()) {
            assertThat(figure.locator(".chart svg [role=graphics-symbol]").count())
                    .isGreaterThan(7);
        }
        assertThat(page.locator("#models-in-words strong").allTextContents())
                .containsExactly(
                        "Experts: for words (17.1\u00a0%), for runs of text (5.7\u00a0%). ", "Experts: not known. ");
        assertThat(page.locator("#models tbody tr").count()).isEqualTo(2);
        assertThat(page.locator("#missing").textContent()).contains("Vocabulary: not there");
        assertThat(page.locator("#warnings").count())
                .as("both have the same corpus")
                .isZero();
        assertThat(Files.size(folder.resolve("out/compare.html"))).isLessThan(2_000_000);
    }

    @Test
    void repetitionCanBeShownInPoints() {
        Page page = open(1200, ColorScheme.LIGHT);
        Locator figure = page.locator("[data-figure=repetition]");
        figure.locator("select").selectOption("excess");
        figure.getByText("above chance").first().waitFor();
        assertThat(figure.locator("svg").textContent()).doesNotContain("times chance");
    }

    @Test
    void aPhoneDoesNotScrollSideways() {
        Page page = open(360, ColorScheme.LIGHT);
        Chromium.openDetails(page);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    }

    private Page open(int width, ColorScheme scheme) {
        return chromium.open(folder.resolve("out/compare.html"), width, scheme, complaints);
    }
}
