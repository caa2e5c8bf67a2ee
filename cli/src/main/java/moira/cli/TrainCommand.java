package moira.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import moira.engine.ModelOptions;
import moira.routing.corpus.Corpus;
import moira.train.run.Natives;
import moira.train.run.Training;
import moira.train.run.TrainingPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = {
            "Trains a small Mixtral from its beginnings, and records how its routing forms.",
            "DIR becomes a Hugging Face folder that the other commands take as --model, with a trace of held-out texts every"
                    + " few steps in DIR/routing and a line a step in DIR/history.jsonl. Ctrl-C saves; --resume goes on."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  moira train --corpus texts --minutes 60 --out small",
            "  moira analyze small --out small/training",
            "  moira report --model small --corpus texts --max-tokens 4096"
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Mixin
    private TrainingShape shape;

    @Mixin
    private TrainingRecipe recipe;

    @Option(
            names = "--corpus",
            paramLabel = "C",
            required = true,
            description = "A .jsonl, .jsonl.gz or .jsonl.zst file, or a folder; may be repeated.")
    private List<Path> corpora = new ArrayList<>();

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Tokens of each domain to learn from. Default: all.")
    private long maxTokens;

    @Option(
            names = "--probe-every",
            paramLabel = "N",
            description = "Steps between traces of the held-out texts; 0 for none. Default: ${DEFAULT-VALUE}.")
    private long probeEvery = 200;

    @Option(
            names = "--probe-tokens",
            paramLabel = "N",
            description = "Tokens of each domain to hold out for it. Default: ${DEFAULT-VALUE}.")
    private int probeTokens = 2048;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N",
            description = "Steps between checkpoints. Default: ${DEFAULT-VALUE}.")
    private long checkpointEvery = 200;

    @Option(names = "--threads", paramLabel = "N", description = "Default: one a processor.")
    private Integer threads;

    @Option(
            names = "--device",
            paramLabel = "D",
            description = "What PyTorch computes on: cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Option(names = "--resume", description = "Go on with the training that lies in DIR.")
    private boolean resume;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    private Path out;

    @Override
    public Integer call() {
        Corpus corpus = Corpus.open(corpora);
        TrainingPlan plan = WrongOption.unless(() -> new TrainingPlan(
                corpus,
                shape.tokenizer(),
                shape.vocabulary(),
                shape.config(recipe.context()),
                recipe.recipe(),
                maxTokens,
                checkpointEvery,
                probeEvery,
                probeTokens,
                threads(),
                device,
                out,
                resume));
        Natives.load(threads == null ? 0 : threads());
        Console console = new Console();
        console.say("PyTorch on " + Natives.threads() + (Natives.threads() == 1 ? " thread" : " threads"));
        try (Interruption interruption = new Interruption(console);
                ConsoleTraining progress = new ConsoleTraining(
                        console,
                        new TimeLeft(plan.recipe().tokens(), plan.recipe().minutes()))) {
            Training.run(plan, progress, interruption::isAskedFor);
            console.done((interruption.isAskedFor() ? "saved, go on with --resume: " : "model in ") + out);
            if (probeEvery > 0) {
                console.say("how its routing formed: moira analyze " + out + " --out " + out.resolve("training"));
            }
        }
        return 0;
    }

    private int threads() {
        ModelOptions defaults = ModelOptions.defaults();
        return threads == null
                ? defaults.threads()
                : defaults.withThreads(threads).threads();
    }
}
