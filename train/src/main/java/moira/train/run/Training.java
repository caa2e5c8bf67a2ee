package moira.train.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import moira.engine.MoiraException;
import moira.engine.io.FolderLock;
import moira.engine.io.Replacement;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Tokenizers;
import moira.train.batch.DomainBatches;
import moira.train.batch.TrainingTexts;
import moira.train.decoder.MixtralShape;
import moira.train.decoder.Parameters;
import moira.train.output.ModelFolder;
import moira.train.vocabulary.PieceLearner;
import moira.train.vocabulary.SentencePieceOutput;
import moira.train.vocabulary.UnitCounts;
import org.bytedeco.pytorch.Device;

/** A training from its corpus to its model: what is done between the steps. */
public final class Training {
    private final TrainingPlan plan;
    private final Device device;
    private final TrainingProgress progress;
    private final TrainingFolder folder;
    private final Tokenizer tokenizer;
    private final TrainingTexts texts;
    /** From a checkpoint. */
    private final boolean goesOn;

    private long saved = -1;

    private Training(
            TrainingPlan plan, TrainingProgress progress, TrainingFolder folder, Device device, boolean goesOn) {
        this.plan = plan;
        this.goesOn = goesOn;
        this.device = device;
        this.progress = progress;
        this.folder = folder;
        tokenizer = goesOn ? Tokenizers.open(folder.tokenizer()) : vocabulary();
        texts = TrainingTexts.read(
                plan.corpus(), tokenizer, plan.probeEvery() == 0 ? 0 : plan.probeTokens(), plan.maxTokens());
        progress.say(String.format(
                Locale.ROOT,
                "%,d tokens of %d domains to learn from, %d documents held out",
                texts.tokens(),
                texts.domains().size(),
                texts.probes().size()));
    }

    /**
     * Trains until the budget is spent or somebody asks to stop; saves in both cases.
     *
     * @param stop asked after every step
     * @throws MoiraException if something is not what it should be; what was saved before stays
     */
    public static void run(TrainingPlan plan, TrainingProgress progress, BooleanSupplier stop) {
        Device device = Natives.device(plan.device());
        TrainingFolder folder = new TrainingFolder(plan.out());
        boolean left = folder.isLocked();
        try (FolderLock _ = folder.take(plan.resume())) {
            boolean goesOn = folder.hasCheckpoint(plan.resume(), left);
            new Training(plan, progress, folder, device, goesOn).run(stop);
        }
    }

    private Tokenizer vocabulary() {
        if (plan.tokenizer() != null) {
            Tokenizers.open(plan.tokenizer());
            folder.copyTokenizer(plan.tokenizer());
        } else {
            progress.say("learning a vocabulary");
            UnitCounts units = new UnitCounts();
            plan.corpus().read(document -> units.add(document.text()));
            Replacement.write(
                    folder.tokenizer(), SentencePieceOutput.bytes(PieceLearner.learn(units, plan.vocabulary())));
        }
        return Tokenizers.open(folder.tokenizer());
    }

    private void run(BooleanSupplier stop) {
        MixtralShape config = plan.config(tokenizer.size());
        Recipe recipe = plan.recipe();
        try (Parameters parameters = Parameters.random(config, recipe.seed(), device);
                Trainer trainer = new Trainer(
                        parameters,
                        new DomainBatches(texts, tokenizer, recipe.batch(), recipe.length(), recipe.seed()),
                        recipe)) {
            CheckpointFile checkpoint = new CheckpointFile(folder.checkpoint(), identity(config));
            begin(trainer, checkpoint);
            steps(trainer, checkpoint, stop);
            if (saved != trainer.steps()) {
                save(trainer, checkpoint);
            }
        }
    }

    private Map<String, String> identity(MixtralShape config) {
        Map<String, String> identity = new TreeMap<>(plan.recipe().identity(config));
        identity.put("corpus", texts.fingerprint());
        return identity;
    }

    private void begin(Trainer trainer, CheckpointFile checkpoint) {
        if (goesOn) {
            checkpoint.read(trainer);
            saved = trainer.steps();
            TrainingFolder.truncate(folder.history(), saved);
            TrainingFolder.truncate(folder.probes(), saved);
            progress.say("going on after step " + saved);
            writeModel(trainer);
            if (isProbed(trainer) && !folder.isProbed(saved)) {
                probe(trainer);
            }
        } else {
            Probe.write(folder, texts.probes());
            save(trainer, checkpoint);
            probe(trainer);
        }
    }

    private void steps(Trainer trainer, CheckpointFile checkpoint, BooleanSupplier stop) {
        while (trainer.spent() < 1 && !stop.getAsBoolean()) {
            StepReport report = step(trainer);
            JsonLine.append(folder.history(), line(report));
            progress.step(report, Math.min(1, trainer.spent()));
            boolean probed = isProbed(trainer);
            if (probed || trainer.spent() >= 1 || report.step() % plan.checkpointEvery() == 0) {
                save(trainer, checkpoint);
            }
            if (probed) {
                probe(trainer);
            }
        }
    }

    /**
     * At the end, at every multiple of the plan's steps, and at the powers of two before the first: most of the routing forms
     * early.
     */
    private boolean isProbed(Trainer trainer) {
        long step = trainer.steps();
        long every = plan.probeEvery();
        return every > 0 && (trainer.spent() >= 1 || step % every == 0 || (step < every && Long.bitCount(step) == 1));
    }

    private StepReport step(Trainer trainer) {
        try {
            return trainer.step();
        } catch (MoiraException e) {
            throw new MoiraException(
                    e.getMessage() + "; the checkpoint of step " + saved + " is in " + folder.path(), e);
        } catch (RuntimeException e) {
            // PyTorch's own, several lines long.
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new MoiraException("step " + (trainer.steps() + 1) + ": PyTorch: " + reason, e);
        }
    }

    private void save(Trainer trainer, CheckpointFile checkpoint) {
        checkpoint.write(trainer.state());
        writeModel(trainer);
        saved = trainer.steps();
    }

    private void writeModel(Trainer trainer) {
        ModelFolder.write(plan.out(), trainer.parameters(), tokenizer.bos(), tokenizer.eos());
    }

    private void probe(Trainer trainer) {
        if (plan.probeEvery() == 0 || texts.probes().isEmpty()) {
            return;
        }
        Probe probe = new Probe(folder, plan.recipe().length(), plan.probeTokens(), plan.threads());
        progress.probed(trainer.steps(), probe.run(trainer.steps(), trainer.tokens()));
    }

    private static Map<String, Object> line(StepReport report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", report.step());
        line.put("tokens", report.tokens());
        line.put("loss", report.loss());
        line.put("balance", report.balance());
        line.put("gradient_norm", report.gradientNorm());
        line.put("learning_rate", report.learningRate());
        line.put("seconds", report.seconds());
        line.put("load", List.of(report.load()));
        return line;
    }
}
