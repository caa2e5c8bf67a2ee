package moira.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import moira.train.run.StepReport;
import moira.train.run.TrainingProgress;

/** How a training goes: a bar on a terminal, a plain line now and then elsewhere. */
final class ConsoleTraining implements TrainingProgress, AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int BAR = 1000;

    private final Console console;
    private final long started = System.nanoTime();
    private ProgressBar bar;
    /** The share of the budget that an earlier run had spent. */
    private double before = Double.NaN;

    private long lastLine = started;
    private long lineTokens;

    ConsoleTraining(Console console) {
        this.console = console;
    }

    @Override
    public void say(String text) {
        console.say(text);
    }

    @Override
    public void step(StepReport report, double spent) {
        if (Double.isNaN(before)) {
            begin(report, spent);
        }
        long now = System.nanoTime();
        if (bar != null) {
            bar.stepTo(Math.round(BAR * spent));
        }
        if (now - lastLine > LINE_EVERY_NANOS || spent >= 1) {
            double tokensPerSecond = (report.tokens() - lineTokens) / ((now - lastLine) / 1e9);
            lastLine = now;
            lineTokens = report.tokens();
            show(report, spent, tokensPerSecond);
        }
    }

    private void begin(StepReport report, double spent) {
        before = report.step() == 1 ? 0 : spent;
        lineTokens = report.step() == 1 ? 0 : report.tokens();
        if (console.isTerminal()) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax(BAR)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(500)
                    .startsFrom(Math.round(BAR * before), Duration.ZERO)
                    .build();
        }
    }

    private void show(StepReport report, double spent, double tokensPerSecond) {
        String line = String.format(
                Locale.ROOT,
                "step %,d, %,d tokens (%.0f %%): loss %.3f, balance %.3f (busiest expert of each layer: %s), %,.0f tokens/s, %s",
                report.step(),
                report.tokens(),
                100 * spent,
                report.loss(),
                report.balance(),
                Arrays.stream(report.maxOverMean())
                        .mapToObj(ratio -> String.format(Locale.ROOT, "%.1f", ratio))
                        .collect(Collectors.joining(" ")),
                tokensPerSecond,
                left(spent));
        if (bar == null) {
            console.say(line);
        } else {
            bar.setExtraMessage(String.format(
                    Locale.ROOT,
                    " loss %.3f, balance %.3f, %,.0f tokens/s",
                    report.loss(),
                    report.balance(),
                    tokensPerSecond));
        }
    }

    private String left(double spent) {
        double minutes = (System.nanoTime() - started) / 60e9 * (1 - spent) / Math.max(1e-9, spent - before);
        return minutes < 2
                ? String.format(Locale.ROOT, "%.0f s left", 60 * minutes)
                : String.format(Locale.ROOT, "%,.0f min left", minutes);
    }

    @Override
    public void probed(long step, Map<String, Double> losses) {
        if (bar == null) {
            console.say("held-out loss after step " + step + ": "
                    + losses.entrySet().stream()
                            .map(loss -> String.format(Locale.ROOT, "%s %.3f", loss.getKey(), loss.getValue()))
                            .collect(Collectors.joining(", ")));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
