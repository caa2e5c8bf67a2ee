package moira.routing.report;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The machine's Chromium, from the property {@code moira.chromium} or the PATH. */
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run");

    /** Aborts the test, loudly, where there is none. */
    static Chromium start() {
        Path executable = executable();
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(executable)
                                .setArgs(FLAGS)));
    }

    private static Path executable() {
        String named = System.getProperty("moira.chromium");
        Stream<Path> candidates = named != null
                ? Stream.of(Path.of(named))
                : Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(path -> Path.of(path, "chromium"));
        Path found = candidates.filter(Files::isExecutable).findFirst().orElse(null);
        if (found == null) {
            System.err.println("SKIPPED: no chromium on the PATH, so pages are not tested in a browser");
            Assumptions.abort("no chromium");
        }
        return found;
    }

    /** Opens a page and waits until it is drawn; what it says on the console, or asks of the network, is a complaint. */
    Page open(Path html, int width, ColorScheme scheme, List<String> complaints) {
        Page page = browser.newPage(
                new Browser.NewPageOptions().setViewportSize(width, 900).setColorScheme(scheme));
        page.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (request.url().startsWith("http")) {
                complaints.add("asked the network for " + request.url());
            }
        });
        page.navigate(html.toUri().toString());
        page.waitForSelector(
                "html[data-ready=true]", new Page.WaitForSelectorOptions().setState(WaitForSelectorState.ATTACHED));
        return page;
    }

    /** Opens what opens on demand, and waits for its figures. */
    static void openDetails(Page page) {
        for (Locator details : page.locator("details").all()) {
            details.locator("summary").click();
            if (details.locator(".chart").count() > 0) {
                details.locator(".chart svg").waitFor();
            }
        }
    }

    @Override
    public void close() {
        playwright.close();
    }
}
