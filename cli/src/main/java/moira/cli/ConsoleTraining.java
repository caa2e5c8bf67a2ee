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
    private final TimeLeft timeLeft;
    private ProgressBar bar;
    private boolean begun;
    private long lastLine;
    private long lineTokens;

    ConsoleTraining(Console console, TimeLeft timeLeft) {
        this.console = console;
        this.timeLeft = timeLeft;
    }

    @Override
    public void say(String text) {
        console.say(text);
    }

    @Override
    public void step(StepReport report, double spent) {
        if (!begun) {
            begin(report, spent);
        }
        double left = timeLeft.after(report.tokens(), report.seconds());
        long now = System.nanoTime();
        if (bar != null) {
            bar.stepTo(Math.round(BAR * spent));
        }
        if (now - lastLine > LINE_EVERY_NANOS || spent >= 1) {
            double tokensPerSecond = (report.tokens() - lineTokens) / (Math.max(1, now - lastLine) / 1e9);
            lastLine = now;
            lineTokens = report.tokens();
            show(report, spent, tokensPerSecond, TimeLeft.words(left));
        }
    }

    private void begin(StepReport report, double spent) {
        begun = true;
        // Of the first step nobody knows when it began: what came before it is no part of its speed.
        lastLine = System.nanoTime();
        lineTokens = report.tokens();
        if (Console.isTerminal()) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax(BAR)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(500)
                    .hideEta()
                    .startsFrom(report.step() == 1 ? 0 : Math.round(BAR * spent), Duration.ZERO)
                    .build();
        }
    }

    private void show(StepReport report, double spent, double tokensPerSecond, String left) {
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
                left);
        if (bar == null) {
            console.say(line);
        } else {
            bar.setExtraMessage(String.format(
                    Locale.ROOT,
                    " loss %.3f, balance %.3f, %,.0f tokens/s, %s",
                    report.loss(),
                    report.balance(),
                    tokensPerSecond,
                    left));
        }
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
