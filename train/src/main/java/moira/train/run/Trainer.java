package moira.train.run;

import java.util.List;
import moira.engine.MoiraException;
import moira.train.batch.Batch;
import moira.train.batch.BatchSource;
import moira.train.decoder.BalanceLoss;
import moira.train.decoder.MixtralDecoder;
import moira.train.decoder.Parameters;
import moira.train.decoder.Routing;
import moira.train.optimizer.AdamW;
import moira.train.optimizer.Schedule;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Weights on their way: takes one step after the other, and knows nothing of files. */
public final class Trainer implements AutoCloseable {
    private final Parameters parameters;
    private final MixtralDecoder decoder;
    private final AdamW optimizer;
    private final BatchSource batches;
    private final Recipe recipe;
    private final Schedule schedule;
    private long step;
    private long tokens;
    /** Spent in steps, by this run and those that it goes on with. */
    private double seconds;

    /** @param parameters the first weights; not closed with the trainer */
    public Trainer(Parameters parameters, BatchSource batches, Recipe recipe) {
        this.parameters = parameters;
        this.batches = batches;
        this.recipe = recipe;
        decoder = new MixtralDecoder(parameters, recipe.precision());
        optimizer = new AdamW(parameters, recipe.weightDecay());
        schedule = new Schedule(recipe.learningRate(), recipe.warmup());
    }

    /** The share of the budget that is spent; 1 and more where training is over. */
    public double spent() {
        return recipe.spent(tokens, seconds);
    }

    public long steps() {
        return step;
    }

    long tokens() {
        return tokens;
    }

    Parameters parameters() {
        return parameters;
    }

    /**
     * Takes a step.
     *
     * @throws MoiraException if the loss or a gradient is no number; the weights are those of the step before then
     */
    public StepReport step() {
        long started = System.nanoTime();
        double learningRate = schedule.learningRate(step, spent());
        Batch batch = batches.next();
        try (PointerScope _ = new PointerScope()) {
            MixtralDecoder.Output output =
                    decoder.forward(parameters.place(Tensor.create(batch.inputs(), batch.sequences(), batch.length())));
            Tensor loss = torch.cross_entropy_loss(output.logits(), parameters.place(Tensor.create(batch.targets())));
            Tensor balance = BalanceLoss.of(output.layers());
            requireNumber("loss", loss.item_double());
            loss.add(balance.mul(new Scalar(recipe.balance()))).backward();
            double norm = optimizer.clip(recipe.clip());
            requireNumber("norm of the gradients", norm);
            optimizer.step(step + 1, learningRate);
            step++;
            tokens += batch.predictions();
            seconds += (System.nanoTime() - started) / 1e9;
            return new StepReport(
                    step,
                    tokens,
                    loss.item_double(),
                    balance.item_double(),
                    norm,
                    learningRate,
                    seconds,
                    load(output.layers()));
        }
    }

    private void requireNumber(String what, double value) {
        if (!Double.isFinite(value)) {
            throw MoiraException.expected("step " + (step + 1) + ", " + what, "a number", value);
        }
    }

    private static long[][] load(List<Routing> layers) {
        return layers.stream().map(Routing::load).toArray(long[][]::new);
    }

    /** Where training stands. */
    TrainingState state() {
        return new TrainingState(
                step,
                tokens,
                seconds,
                batches.state(),
                parameters.all(),
                optimizer.firstMoments(),
                optimizer.secondMoments());
    }

    /** Goes on from numbers that were read into the tensors of {@link #state}. */
    void restore(long step, long tokens, double seconds, String batchState) {
        this.step = step;
        this.tokens = tokens;
        this.seconds = seconds;
        batches.restore(batchState);
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
