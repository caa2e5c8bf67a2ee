package moira.routing.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class HypergeometricTest {
    /** With exact binomials. */
    private static double plain(int tokens, int marked, int drawn) {
        double sum = 0;
        BigDecimal all = new BigDecimal(choose(tokens, drawn));
        for (int n = 1; n <= Math.min(marked, drawn); n++) {
            BigInteger ways = choose(marked, n).multiply(choose(tokens - marked, drawn - n));
            double p = new BigDecimal(ways).divide(all, MathContext.DECIMAL64).doubleValue();
            sum += p * n * Math.log(n) / Math.log(2);
        }
        return sum;
    }

    private static BigInteger choose(int n, int k) {
        if (k < 0 || k > n) {
            return BigInteger.ZERO;
        }
        BigInteger ways = BigInteger.ONE;
        for (int i = 0; i < k; i++) {
            ways = ways.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
        }
        return ways;
    }

    @Test
    void isTheMeanOverAllDraws() {
        for (int tokens = 1; tokens <= 14; tokens++) {
            for (int marked = 0; marked <= tokens; marked++) {
                for (int drawn = 0; drawn <= tokens; drawn++) {
                    assertThat(Hypergeometric.mean(tokens, marked, drawn))
                            .as("%d %d %d", tokens, marked, drawn)
                            .isCloseTo(plain(tokens, marked, drawn), within(1e-12));
                }
            }
        }
        assertThat(Hypergeometric.mean(400, 70, 80)).isCloseTo(plain(400, 70, 80), within(1e-11));
    }

    /** Half a thousandth of a count on the far side of the seam, and less the further from it. */
    @Test
    void theExpansionMeetsTheExactSum() {
        for (int[] draw : new int[][] {{1000, 170, 100}, {200, 100, 34}, {5000, 1200, 70}, {100_000, 20, 85_000}}) {
            double mean = (double) draw[1] * draw[2] / draw[0];
            assertThat(mean).isGreaterThan(Hypergeometric.EXPANDED_FROM);
            assertThat(Hypergeometric.mean(draw[0], draw[1], draw[2]))
                    .as("%d %d %d", draw[0], draw[1], draw[2])
                    .isNotEqualTo(Hypergeometric.exact(draw[0], draw[1], draw[2]))
                    .isCloseTo(Hypergeometric.exact(draw[0], draw[1], draw[2]), within(5e-4));
        }
        assertThat(Hypergeometric.mean(1_000_000, 130_000, 20_000))
                .isCloseTo(Hypergeometric.exact(1_000_000, 130_000, 20_000), within(1e-6));
    }
}
