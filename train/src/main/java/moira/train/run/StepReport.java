package moira.train.run;

/**
 * What a step was like.
 *
 * @param step from 1
 * @param tokens predicted since the beginning of the training
 * @param loss nats a token, without the load-balancing loss
 * @param balance the load-balancing loss: 1 where all experts have the same load
 * @param gradientNorm before clipping
 * @param load {@code [layers][experts]}: assignments of this step
 */
// The array is made for this report.
@SuppressWarnings("ArrayRecordComponent")
public record StepReport(
        long step,
        long tokens,
        double loss,
        double balance,
        double gradientNorm,
        double learningRate,
        double seconds,
        long[][] load) {

    /** The busiest expert's load over the mean, by layer: 1 where all have the same. */
    public double[] maxOverMean() {
        double[] ratios = new double[load.length];
        for (int layer = 0; layer < load.length; layer++) {
            long sum = 0;
            long most = 0;
            for (long assignments : load[layer]) {
                sum += assignments;
                most = Math.max(most, assignments);
            }
            ratios[layer] = (double) most * load[layer].length / sum;
        }
        return ratios;
    }
}
