package moira.train.optimizer;

/**
 * The learning rate: up in a line over the first steps, then down along a cosine (arXiv 1608.03983) to a tenth of its peak.
 *
 * @param peak the highest learning rate
 * @param warmup steps until it is reached
 */
public record Schedule(double peak, int warmup) {
    private static final double FLOOR = 0.1;

    /**
     * @param step from 0
     * @param spent the share of the budget that is spent, 0 to 1
     */
    public double learningRate(long step, double spent) {
        double rising = warmup == 0 ? 1 : Math.min(1, (step + 1.0) / warmup);
        double falling = FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * Math.clamp(spent, 0, 1)));
        return peak * rising * falling;
    }
}
