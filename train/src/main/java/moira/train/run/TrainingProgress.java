package moira.train.run;

import java.util.Map;

/** Told how a training goes. Called from one thread. */
public interface TrainingProgress {
    /** What is about to be done, or was done, for people. */
    void say(String text);

    /**
     * A step is done.
     *
     * @param spent the share of the budget that is spent, 0 to 1
     */
    void step(StepReport report, double spent);

    /**
     * The probe texts were routed.
     *
     * @param losses nats a token, by domain
     */
    void probed(long step, Map<String, Double> losses);
}
