package moira.train.run;

import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.routing.corpus.Corpus;
import moira.train.decoder.MixtralShape;

/**
 * What is trained on what, into which folder.
 *
 * @param corpus to learn from
 * @param tokenizer a vocabulary to take; null to learn one
 * @param vocabulary the size of one that is learnt
 * @param shape of the model; its vocabulary is replaced by the one that is taken or learnt
 * @param maxTokens of each domain to learn from; 0 for all
 * @param checkpointEvery steps between checkpoints
 * @param probeEvery steps between probes; 0 for none
 * @param probeTokens of each domain to hold out
 * @param threads of the engine that routes probes
 * @param device that PyTorch computes on: cpu, cuda or cuda:N
 */
public record TrainingPlan(
        Corpus corpus,
        Path tokenizer,
        int vocabulary,
        MixtralShape shape,
        Recipe recipe,
        long maxTokens,
        long checkpointEvery,
        long probeEvery,
        int probeTokens,
        int threads,
        String device,
        Path out,
        boolean resume) {

    public TrainingPlan {
        if (checkpointEvery < 1) {
            throw MoiraException.expected("--checkpoint-every", "at least 1", checkpointEvery);
        }
        if (probeEvery < 0 || probeTokens < 0) {
            throw MoiraException.expected(
                    "--probe-every and --probe-tokens", "at least 0", Math.min(probeEvery, probeTokens));
        }
        if (maxTokens < 0) {
            throw MoiraException.expected("--max-tokens", "at least 0", maxTokens);
        }
    }

    /** The shape with the vocabulary that there is. */
    MixtralShape config(int vocabularySize) {
        return new MixtralShape(
                        shape.width(),
                        shape.layers(),
                        shape.heads(),
                        shape.kvHeads(),
                        shape.headWidth(),
                        shape.expertWidth(),
                        shape.experts(),
                        shape.expertsPerToken(),
                        vocabularySize,
                        shape.context(),
                        shape.normEpsilon(),
                        shape.ropeTheta())
                .checked("model");
    }
}
