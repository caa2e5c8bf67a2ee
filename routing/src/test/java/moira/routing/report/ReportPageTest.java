package moira.routing.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import moira.routing.verdict.VerdictWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser: the machine's Chromium, from the property {@code moira.chromium} or the PATH. */
class ReportPageTest {
    @TempDir
    static Path folder;

    private static Chromium chromium;

    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
        Fixture.write(folder, FixtureTexts.of(8, 2, 4, 200), 8);
        write(folder);
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
    void everyFigureIsDrawnWithItsMarks() {
        Page page = open(1200, ColorScheme.LIGHT);
        Chromium.openDetails(page);
        Locator figures = page.locator("[data-figure]");
        assertThat(figures.count()).isEqualTo(14);
        for (Locator figure : figures.all()) {
            assertThat(figure.locator(".chart svg [role=graphics-symbol]").count())
                    .as(figure.getAttribute("data-figure"))
                    .isGreaterThan(7);
        }
        assertThat(page.locator("#answers dd").count()).isEqualTo(3);
        assertThat(page.locator("#repetitions tbody tr").count()).isEqualTo(8);
    }

    @Test
    void theVerdictStandsFirstWithItsLayersAndTraps() {
        Page page = open(1200, ColorScheme.LIGHT);
        assertThat(page.locator("#verdict").textContent())
                .startsWith("More than by anything else looked at, routing goes by vocabulary.");
        assertThat(page.locator("#limits").textContent()).contains("Few documents in arxiv (4)");
        assertThat(page.locator("#layers tbody tr").count()).isEqualTo(8);
        // The token of layer 7: 0.045 * 7.3 of H(X), which holds and is ahead.
        assertThat(page.locator("#layers tbody tr").nth(7).textContent()).contains("32.9 ●", "vocabulary");
        assertThat(page.locator("#class-share").textContent()).contains("44.4\u00a0%");
        assertThat(page.locator("#examples tbody tr").count()).isEqualTo(3);
        assertThat(page.locator("#examples").textContent()).contains("Question", "pieces 60\u00a0%");
        assertThat(page.locator("#traits tbody tr").count()).isEqualTo(8);
        assertThat(page.locator("#effects").textContent()).contains("topic beyond vocabulary", "0.4\u00a0%");
        assertThat(page.locator("#first-token tbody tr").count()).isEqualTo(3);
        assertThat(page.locator("#missing li").textContent()).isEqualTo("nothing: it was <i>not</i> recorded");
    }

    @Test
    void theSliderColoursAndTheKeyboardMovesIt() {
        Page page = open(1200, ColorScheme.LIGHT);
        assertThat(page.locator(".passage").count()).isEqualTo(8);
        Object before = colours(page);
        page.locator("#layer").focus();
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("output").textContent()).isEqualTo("1");
        assertThat(colours(page)).isNotEqualTo(before);
        page.keyboard().press("Home");
        assertThat(colours(page)).isEqualTo(before);
    }

    @Test
    void colourOfATokenIsThatOfItsFirstExpert() {
        Page page = open(1200, ColorScheme.DARK);
        page.locator("#layer").fill("5");
        Object wrong = page.evaluate("""
                () => {
                  const passage = JSON.parse(document.getElementById('data').textContent).passages[2];
                  const legend = [...document.querySelectorAll('.legend button')].map(b => b.style.backgroundColor);
                  return [...document.querySelectorAll('.passage')[2].querySelectorAll('.token')]
                    .filter((span, i) => span.style.backgroundColor !== legend[passage.routing.experts[5][2 * i]]).length;
                }
                """);
        assertThat(wrong).isEqualTo(0);
    }

    @Test
    void textIsShownAsItWasAndNeverRunsAsMarkup() {
        Page page = open(1200, ColorScheme.LIGHT);
        Object same = page.evaluate("""
                () => JSON.parse(document.getElementById('data').textContent).passages.every((passage, i) =>
                  document.querySelectorAll('.passage pre')[i].textContent.trimStart() === passage.texts.join('').trimStart())
                """);
        assertThat(same).isEqualTo(true);
        assertThat(page.locator(".passage img, .passage script").count()).isZero();
        assertThat(page.locator("h1").textContent()).isEqualTo("Expert routing of fixture <model>");
    }

    @Test
    void pointingAtATokenShowsItsExpertsAndWeights() {
        Page page = open(1200, ColorScheme.LIGHT);
        page.locator(".passage .token:not(:empty)").nth(3).hover();
        String tip = page.locator("#tip").textContent();
        assertThat(tip).contains("position", "choice 1: expert", "choice 2: expert", "0.");
        page.locator(".passage pre").first().focus();
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("#tip").isVisible()).isTrue();
        page.keyboard().press("Escape");
        assertThat(page.locator("#tip").isVisible()).isFalse();
    }

    @Test
    void pointingAtABarShowsItsFigures() {
        Page page = open(1200, ColorScheme.LIGHT);
        Locator bar = page.locator("[data-figure=share] path[aria-roledescription=bar]")
                .nth(2);
        bar.scrollIntoViewIfNeeded();
        bar.hover();
        page.locator("#tip").waitFor();
        assertThat(page.locator("#tip").textContent()).contains("domain", "expert", "share of assignments", "%");
    }

    @Test
    void pressingAnExpertShowsItsTokensAlone() {
        Page page = open(1200, ColorScheme.LIGHT);
        page.locator(".legend button").nth(4).click();
        int dim = page.locator(".token.dim").count();
        assertThat(dim).isPositive().isLessThan(page.locator(".token").count());
        page.locator(".legend button").nth(4).click();
        assertThat(page.locator(".token.dim").count()).isZero();
    }

    @Test
    void aLayerCanBeChosenInEveryFigureThatHasMany() {
        Page page = open(1200, ColorScheme.LIGHT);
        Chromium.openDetails(page);
        for (String figure : List.of(
                "share", "choices", "pairs", "syntax", "words", "specialization", "coactivation", "transition")) {
            Locator chart = page.locator("[data-figure=" + figure + "]");
            String before = chart.locator("svg").innerHTML();
            chart.locator("select").first().selectOption("5");
            chart.getByText("Layer 5")
                    .first()
                    .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
            assertThat(chart.locator("svg").innerHTML()).as(figure).isNotEqualTo(before);
        }
    }

    @Test
    void figuresDownloadAsSvgAndPng() throws IOException {
        Page page = open(1200, ColorScheme.DARK);
        for (Locator figure : List.of(page.locator("[data-figure=share]"), page.locator("#passages"))) {
            String svg = Files.readString(download(page, figure, "SVG"));
            assertThat(svg).startsWith("<svg").contains("</svg>").doesNotContain("#16181b\" class");
            byte[] png = Files.readAllBytes(download(page, figure, "PNG"));
            assertThat(png).startsWith(0x89, 'P', 'N', 'G').hasSizeGreaterThan(20_000);
        }
    }

    @Test
    void aPhoneDoesNotScrollSideways() {
        Page page = open(360, ColorScheme.LIGHT);
        Chromium.openDetails(page);
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    }

    @Test
    void theThemeFollowsTheSystemAndTheButton() {
        Page page = open(1200, ColorScheme.DARK);
        Object dark = background(page);
        page.locator("#theme").click();
        assertThat(page.locator("#theme").textContent()).isEqualTo("Theme: light");
        assertThat(background(page)).isNotEqualTo(dark);
        page.locator("#theme").click();
        assertThat(background(page)).isEqualTo(dark);
    }

    @Test
    void oneDomainOneLayerAndOneChoiceIsEnough(@TempDir Path small) {
        int n = 60;
        List<Integer> tokens = IntStream.range(0, n).mapToObj(i -> i % 5).toList();
        List<String> pieces = tokens.stream().map(token -> "▁t" + token).toList();
        int[][][] experts = new int[n][1][1];
        float[][][] weights = new float[n][1][1];
        for (int p = 0; p < n; p++) {
            experts[p][0][0] = p % 3;
            weights[p][0][0] = 1;
        }
        Fixture.write(small, List.of(new FixtureDocument("only", tokens, pieces, experts, weights)), 4);
        Page page = open(write(small), 1200, ColorScheme.LIGHT);
        assertThat(page.locator("[data-figure=share] .chart svg").count()).isEqualTo(1);
        assertThat(page.locator("[data-figure=coactivation] .absent").count()).isEqualTo(1);
    }

    @Test
    void whatATraceDoesNotHaveIsSaid(@TempDir Path counts) throws IOException {
        Fixture.write(counts, FixtureTexts.of(8, 2, 2, 60), 8);
        Files.delete(counts.resolve("trace/tokens.parquet"));
        for (String table : List.of(
                "router",
                "vocabulary_specialization",
                "repetition",
                "divergence",
                "information",
                "syntax_class",
                "syntax_example")) {
            Files.delete(counts.resolve("analysis/tables/" + table + ".parquet"));
        }
        VerdictWriter.write(counts.resolve("trace"), counts.resolve("analysis"));
        Page page = open(write(counts), 1200, ColorScheme.LIGHT);
        assertThat(page.locator("#passages .absent").textContent()).contains("counts only");
        assertThat(page.locator(".absent").count()).isEqualTo(10);
        assertThat(page.locator("#verdict").textContent()).isEqualTo("No verdict: there is no table of information.");
        assertThat(page.locator("#information > *").count()).isEqualTo(2);
        assertThat(page.locator("#syntax > *").allTextContents())
                .containsExactly("Syntax", "This analysis has no such table.");
        assertThat(page.locator("[data-figure=share] .chart svg").count()).isEqualTo(1);
    }

    private static Path write(Path root) {
        Path html = root.resolve("report.html");
        ReportWriter.write(root.resolve("trace"), root.resolve("analysis"), html);
        return html;
    }

    private Page open(int width, ColorScheme scheme) {
        return open(folder.resolve("report.html"), width, scheme);
    }

    private Page open(Path html, int width, ColorScheme scheme) {
        return chromium.open(html, width, scheme, complaints);
    }

    private static Path download(Page page, Locator figure, String kind) {
        Download download = page.waitForDownload(
                () -> figure.locator(".downloads button", new Locator.LocatorOptions().setHasText(kind))
                        .click());
        return download.path();
    }

    private static Object colours(Page page) {
        return page.evaluate("[...document.querySelectorAll('.token')].map(token => token.style.backgroundColor)");
    }

    private static Object background(Page page) {
        return page.evaluate("getComputedStyle(document.body).backgroundColor");
    }
}
