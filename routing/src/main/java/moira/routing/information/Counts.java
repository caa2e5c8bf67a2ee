package moira.routing.information;

import java.util.stream.IntStream;

/**
 * Assignments counted by domain, token and expert, where the tokens themselves are not known. The null is what a blind draw gives when
 * tokens are dealt out freely within the margins: there are no documents to keep together, and so no interval and no p-value.
 */
public final class Counts {
    private final int[] domains;
    private final int[] tokens;
    private final int[] experts;
    private final double[] assignments;
    private final int perToken;
    private final int expertCount;

    /**
     * @param domains {@code [cells]} from 0
     * @param tokens {@code [cells]} types from 0
     * @param experts {@code [cells]}
     * @param assignments {@code [cells]} of this domain, type and expert; cells may repeat
     * @param perToken assignments that a token has in them
     */
    public Counts(int[] domains, int[] tokens, int[] experts, double[] assignments, int perToken, int expertCount) {
        this.domains = domains;
        this.tokens = tokens;
        this.experts = experts;
        this.assignments = assignments;
        this.perToken = perToken;
        this.expertCount = expertCount;
    }

    public Estimate entropy() {
        double[] counts = new double[expertCount];
        add(IntStream.range(0, experts.length).toArray(), 0, experts.length, counts);
        double total = total(counts);
        double bits = NLog2N.log2(total) - sum(counts) / total;
        return Estimate.exact(Quantity.ENTROPY, bits, NLog2N.log2(expertCount), bits);
    }

    /** @param quantity of domains and tokens, one of {@code DOMAIN, TOKEN, DOMAIN_GIVEN_TOKEN, TOKEN_GIVEN_DOMAIN} */
    public Estimate information(Quantity quantity) {
        Grouping cells = switch (quantity) {
            case DOMAIN -> Grouping.of(null, domains);
            case TOKEN -> Grouping.of(null, tokens);
            case DOMAIN_GIVEN_TOKEN -> Grouping.of(tokens, domains);
            case TOKEN_GIVEN_DOMAIN -> Grouping.of(domains, tokens);
            default -> throw new IllegalArgumentException(quantity + " is not in such counts");
        };
        double bits = 0;
        double none = 0;
        double all = 0;
        for (int block = 0; block < cells.blockCount(); block++) {
            double[] margin = new double[expertCount];
            add(cells.order, cells.start(block), cells.end(block), margin);
            double size = total(margin);
            double margins = of(size) - sum(margin);
            bits += margins;
            none += margins;
            all += size;
            for (int run = cells.blocks[block]; run < cells.blocks[block + 1]; run++) {
                double[] counts = new double[expertCount];
                add(cells.order, cells.runs[run], cells.runs[run + 1], counts);
                double drawn = total(counts);
                bits += sum(counts) - of(drawn);
                none += blind(size, margin, drawn) - of(drawn);
            }
        }
        return Estimate.exact(quantity, bits / all, none / all, (bits - none) / all);
    }

    /** Of tokens: an expert has a token once, whichever of its choices it is. */
    private double blind(double size, double[] margin, double drawn) {
        long tokens = Math.round(size / perToken);
        double sum = 0;
        for (double marked : margin) {
            sum += Hypergeometric.mean(
                    tokens, Math.min(tokens, Math.round(marked)), Math.min(tokens, Math.round(drawn / perToken)));
        }
        return sum;
    }

    private void add(int[] cells, int from, int to, double[] counts) {
        for (int i = from; i < to; i++) {
            counts[experts[cells[i]]] += assignments[cells[i]];
        }
    }

    private static double total(double[] counts) {
        double total = 0;
        for (double count : counts) {
            total += count;
        }
        return total;
    }

    private static double sum(double[] counts) {
        double sum = 0;
        for (double count : counts) {
            sum += of(count);
        }
        return sum;
    }

    private static double of(double count) {
        return count > 0 ? NLog2N.of(count) : 0;
    }
}
