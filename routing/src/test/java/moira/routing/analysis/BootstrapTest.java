package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final Units TWO_DOMAINS = new Units(List.of("a", "b"), List.of(0, 25, 35));

    private static List<Row> rows(int units, Random random) {
        return IntStream.range(0, units)
                .mapToObj(unit -> {
                    int tokens = 20 + random.nextInt(80);
                    return new Row(unit, new double[] {tokens, random.nextInt(tokens)});
                })
                .toList();
    }

    @Test
    void everyResampleHasAsManySourcesOfEachDomain() {
        Bootstrap bootstrap = new Bootstrap(TWO_DOMAINS, 100, 1);
        List<Row> ones = IntStream.range(0, 35)
                .mapToObj(unit -> new Row(unit, new double[] {1}))
                .toList();
        assertThat(bootstrap.tally(TWO_DOMAINS.of(0, ones), 0).sums()).containsOnly(25);
        assertThat(bootstrap.tally(TWO_DOMAINS.of(1, ones), 0).sums()).containsOnly(10);
    }

    /** A slow one that draws sources one by one, with another generator. */
    @Test
    void agreesWithASlowBootstrap() {
        List<Row> rows = rows(35, new Random(2));
        Bootstrap bootstrap = new Bootstrap(TWO_DOMAINS, 20_000, 3);
        Interval interval = bootstrap.tally(rows, 1).interval(bootstrap.tally(rows, 0));
        Random random = new Random(4);
        double[] shares = new double[20_000];
        for (int i = 0; i < shares.length; i++) {
            List<Row> drawn = new ArrayList<>();
            for (int draw = 0; draw < 25; draw++) {
                drawn.add(rows.get(random.nextInt(25)));
            }
            for (int draw = 0; draw < 10; draw++) {
                drawn.add(rows.get(25 + random.nextInt(10)));
            }
            shares[i] = drawn.stream().mapToDouble(row -> row.values()[1]).sum()
                    / drawn.stream().mapToDouble(row -> row.values()[0]).sum();
        }
        Arrays.sort(shares);
        assertThat(interval.low()).isCloseTo(shares[500], within(0.004));
        assertThat(interval.high()).isCloseTo(shares[19_499], within(0.004));
    }

    /** Of a share p of n sources, all the same size, the interval is that of a binomial. */
    @Test
    void agreesWithTheBinomial() {
        Units units = new Units(List.of("a"), List.of(0, 400));
        List<Row> rows = IntStream.range(0, 400)
                .mapToObj(unit -> new Row(unit, new double[] {10, unit < 100 ? 10 : 0}))
                .toList();
        Bootstrap bootstrap = new Bootstrap(units, 10_000, 5);
        Interval interval = bootstrap.tally(rows, 1).interval(bootstrap.tally(rows, 0));
        double error = 1.96 * Math.sqrt(0.25 * 0.75 / 400);
        assertThat(interval.low()).isCloseTo(0.25 - error, within(0.004));
        assertThat(interval.high()).isCloseTo(0.25 + error, within(0.004));
    }

    @Test
    void theEndsOfAnInterval() {
        double[] values =
                IntStream.range(0, 1000).mapToDouble(i -> (i * 7) % 1000).toArray();
        assertThat(Interval.of(values)).isEqualTo(new Interval(25, 974));
        assertThat(Interval.of(new double[] {Double.NaN, 3})).isEqualTo(new Interval(3, 3));
        assertThat(Interval.of(new double[] {Double.NaN}).low()).isNaN();
    }

    @Test
    void oneSourceHasNoInterval() {
        Bootstrap bootstrap = new Bootstrap(TWO_DOMAINS, 10, 1);
        List<Row> twice = List.of(new Row(3, new double[] {5}), new Row(3, new double[] {6}));
        Tally tally = bootstrap.tally(twice, 0);
        assertThat(tally.total()).isEqualTo(11);
        assertThat(tally.interval(tally)).isEqualTo(Interval.UNKNOWN);
    }
}
