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
import java.util.Optional;
import moira.routing.Progress;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.training.PlantedTraining;
import moira.routing.training.TrainingAnalysis;
import moira.routing.training.TrainingHistory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of a training in a real browser, on its own page and within a model's report. */
class TrainingPageTest {
    private static final AnalysisOptions OPTIONS = new AnalysisOptions(50, 50, 200, 1);
    private static final int FIGURES = 7;

    @TempDir
    static Path folder;

    private static Chromium chromium;
    private static TrainingHistory history;
    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        chromium = Chromium.start();
        Path run = PlantedTraining.write(folder.resolve("run"));
        history = TrainingAnalysis.run(run, folder.resolve("out"), OPTIONS, Progress.NONE, text -> {});
        TrainingPage.write(history, folder.resolve("training.html"));
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
    void everyFigureIsDrawnAndTheSentencesStandOnTop() throws IOException {
        Page page = open("training.html", 1200, ColorScheme.DARK);
        mustBeDrawn(page.locator("[data-figure]"), FIGURES);
        assertThat(page.locator("main section").first().textContent())
                .contains("Half of the last model’s choices of experts are in place by step 2");
        assertThat(page.locator("#milestones tbody tr").count()).isEqualTo(2);
        assertThat(page.locator("#milestones tbody tr").first().textContent()).startsWith("Layer 0240");
        assertThat(Files.size(folder.resolve("training.html"))).isLessThan(2_000_000);
    }

    @Test
    void bitsCanBeShownAsShares() {
        Page page = open("training.html", 1200, ColorScheme.LIGHT);
        Locator figure = page.locator("[data-figure=cues]");
        figure.locator("select").selectOption("share");
        figure.getByText("share of H(X)").nth(1).waitFor();
        assertThat(figure.locator("svg").textContent()).contains("%");
    }

    @Test
    void aPhoneDoesNotScrollSideways() {
        Page page = open("training.html", 360, ColorScheme.LIGHT);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    }

    @Test
    void aReportHasTheHistoryOfItsModel() {
        Fixture.write(folder.resolve("model"), FixtureTexts.of(8, 2, 4, 120), 8);
        Path trace = folder.resolve("model/trace");
        Path analysis = folder.resolve("model/analysis");
        ReportWriter.write(trace, analysis, folder.resolve("with.html"), Optional.of(history));
        Page page = open("with.html", 1200, ColorScheme.LIGHT);
        mustBeDrawn(page.locator(".training [data-figure]"), FIGURES);
        assertThat(page.locator("#training-story strong").textContent()).isEqualTo(history.headline());
        assertThat(page.locator("#training-story").textContent()).contains("The last probe is of step 8");

        ReportWriter.write(trace, analysis, folder.resolve("without.html"));
        Page without = open("without.html", 1200, ColorScheme.LIGHT);
        assertThat(without.locator(".training").count()).isZero();
    }

    private static void mustBeDrawn(Locator figures, int expected) {
        assertThat(figures.count()).isEqualTo(expected);
        for (Locator figure : figures.all()) {
            assertThat(figure.locator(".chart svg [role=graphics-symbol]").count())
                    .as(figure.getAttribute("data-figure"))
                    .isGreaterThan(7);
        }
    }

    private Page open(String html, int width, ColorScheme scheme) {
        return chromium.open(folder.resolve(html), width, scheme, complaints);
    }
}
