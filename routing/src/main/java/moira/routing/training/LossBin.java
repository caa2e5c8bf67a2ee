package moira.routing.training;

/**
 * Some steps of a training that follow each other, averaged.
 *
 * @param step the last of them
 * @param tokens seen after it
 * @param steps how many
 * @param loss of their batches, nats a token
 * @param low the smallest
 * @param high the largest
 * @param balance the load-balancing loss; 1 for an even load
 * @param maxOverMean the busiest expert's load over the mean, averaged over layers too; NaN where it was not recorded
 */
record LossBin(
        long step,
        long tokens,
        int steps,
        double loss,
        double low,
        double high,
        double balance,
        double gradientNorm,
        double learningRate,
        double maxOverMean) {}
