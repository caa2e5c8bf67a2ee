package moira.cli;

import moira.train.decoder.Precision;
import moira.train.run.Recipe;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How a model is trained, and for how long. */
final class TrainingRecipe {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private Budget budget;

    /** At least one of them; the one that is spent first ends the training. */
    private static final class Budget {
        @Option(names = "--tokens", paramLabel = "N", description = "Train on so many tokens.")
        private long tokens;

        @Option(names = "--minutes", paramLabel = "N", description = "Train for so many minutes; may be a fraction.")
        private double minutes;
    }

    @Option(names = "--batch", paramLabel = "N", description = "Sequences of a step. Default: ${DEFAULT-VALUE}.")
    private int batch = 16;

    @Option(names = "--context", paramLabel = "N", description = "Tokens of a sequence. Default: ${DEFAULT-VALUE}.")
    private int context = 256;

    @Option(names = "--learning-rate", paramLabel = "X", description = "The highest. Default: ${DEFAULT-VALUE}.")
    private double learningRate = 1e-3;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Steps until it is reached; afterwards it falls along a cosine. Default: ${DEFAULT-VALUE}.")
    private int warmup = 100;

    @Option(names = "--weight-decay", paramLabel = "X", description = "Of matrices. Default: ${DEFAULT-VALUE}.")
    private double weightDecay = 0.1;

    @Option(
            names = "--clip",
            paramLabel = "X",
            description = "The largest joint norm of the gradients. Default: ${DEFAULT-VALUE}.")
    private double clip = 1;

    @Option(
            names = "--balance",
            paramLabel = "X",
            description =
                    "Weight of the loss that keeps the experts equally busy; 0 for none. Default: ${DEFAULT-VALUE}.")
    private double balance = 0.01;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the first weights and the order of the texts. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description =
                    "What matrices are multiplied in: ${COMPLETION-CANDIDATES}. bfloat16 is several times as fast where the"
                            + " processor knows it. Default: ${DEFAULT-VALUE}.")
    private Precision precision = Precision.FLOAT32;

    int context() {
        return context;
    }

    Recipe recipe() {
        return new Recipe(
                batch,
                context,
                learningRate,
                warmup,
                weightDecay,
                clip,
                balance,
                budget.tokens,
                budget.minutes,
                seed,
                precision);
    }
}
