package moira.routing.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Texts so small that every permutation can be written out. */
class NullsTest {
    private static final int PERMUTATIONS = 20_000;
    private static final int EXPERTS = 3;

    /** Three windows of four tokens, two domains. */
    private static final int[] WINDOWS = {0, 4, 8, 12};

    private static final int[] TOKENS = {0, 1, 0, 2, 1, 1, 2, 0, 2, 0, 2, 2};
    private static final short[] FIRST = {0, 1, 0, 2, 1, 2, 2, 0, 0, 0, 2, 1};

    private static Texts texts() {
        int[] units = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
        int[] positions = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};
        return new Texts(WINDOWS, units, new int[] {0, 0, 1}, TOKENS, positions, new int[] {0, 0, 1});
    }

    private static Map<Quantity, Estimate> measured() {
        Choices first = new Choices(FIRST, 1, EXPERTS);
        Map<Quantity, Estimate> estimates = new HashMap<>();
        new Information(texts(), PERMUTATIONS, 5)
                .measure(first, first, PERMUTATIONS, (sums, sizes) -> new double[0])
                .forEach(estimate -> estimates.put(estimate.quantity(), estimate));
        return estimates;
    }

    /** In bits, from pairs of things. */
    private static double information(List<List<Integer>> triples) {
        Map<List<Integer>, Integer> n = new HashMap<>();
        for (List<Integer> t : triples) {
            n.merge(List.of(0, t.get(0), t.get(1), t.get(2)), 1, Integer::sum);
            n.merge(List.of(1, t.get(0), t.get(2)), 1, Integer::sum);
            n.merge(List.of(2, t.get(1), t.get(2)), 1, Integer::sum);
            n.merge(List.of(3, t.get(2)), 1, Integer::sum);
        }
        double bits = 0;
        for (List<Integer> t : triples) {
            double ratio = (double) n.get(List.of(0, t.get(0), t.get(1), t.get(2)))
                    * n.get(List.of(3, t.get(2)))
                    / ((double) n.get(List.of(1, t.get(0), t.get(2))) * n.get(List.of(2, t.get(1), t.get(2))));
            bits += Math.log(ratio) / Math.log(2) / triples.size();
        }
        return bits;
    }

    private static void permutations(int[] items, int at, Consumer<int[]> reader) {
        if (at == items.length) {
            reader.accept(items);
        }
        for (int i = at; i < items.length; i++) {
            swap(items, at, i);
            permutations(items, at + 1, reader);
            swap(items, at, i);
        }
    }

    private static void swap(int[] items, int a, int b) {
        int item = items[a];
        items[a] = items[b];
        items[b] = item;
    }

    /** All 24^3 arrangements of the experts within the windows. */
    private static List<int[]> arrangements() {
        List<int[]> orders = new ArrayList<>();
        permutations(new int[] {0, 1, 2, 3}, 0, order -> orders.add(order.clone()));
        List<int[]> all = new ArrayList<>();
        for (int[] a : orders) {
            for (int[] b : orders) {
                for (int[] c : orders) {
                    int[] x = new int[12];
                    for (int i = 0; i < 4; i++) {
                        x[i] = FIRST[a[i]];
                        x[4 + i] = FIRST[4 + b[i]];
                        x[8 + i] = FIRST[8 + c[i]];
                    }
                    all.add(x);
                }
            }
        }
        return all;
    }

    /** What X is paired with, and under which condition. */
    private static List<List<Integer>> triples(Quantity quantity, int[] x) {
        int[] positions = {1, 2, 3, 3, 1, 2, 3, 3, 1, 2, 3, 3};
        int[] buckets = Arrays.copyOf(positions, 12);
        buckets[2] = buckets[6] = buckets[10] = 2;
        List<List<Integer>> triples = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            boolean begins = i % 4 == 0;
            switch (quantity) {
                case TOKEN -> triples.add(List.of(x[i], TOKENS[i], 0));
                case TOKEN_GIVEN_DOMAIN -> triples.add(List.of(x[i], TOKENS[i], i / 8));
                case CLASS -> triples.add(List.of(x[i], TOKENS[i] / 2, 0));
                case POSITION -> triples.add(List.of(x[i], buckets[i], 0));
                case PREVIOUS_TOKEN -> {
                    if (!begins) {
                        triples.add(List.of(x[i], TOKENS[i - 1], 0));
                    }
                }
                case PREVIOUS_CHOICE -> {
                    if (!begins) {
                        triples.add(List.of(x[i], x[i - 1], 0));
                    }
                }
                default -> throw new IllegalArgumentException(quantity.toString());
            }
        }
        return triples;
    }

    private static int[] widened() {
        int[] x = new int[12];
        Arrays.setAll(x, i -> FIRST[i]);
        return x;
    }

    @Test
    void withinDocumentsTheNullIsThatOfAllArrangements() {
        Map<Quantity, Estimate> measured = measured();
        List<int[]> arrangements = arrangements();
        for (Quantity quantity : List.of(
                Quantity.TOKEN,
                Quantity.TOKEN_GIVEN_DOMAIN,
                Quantity.CLASS,
                Quantity.PREVIOUS_TOKEN,
                Quantity.PREVIOUS_CHOICE)) {
            mustBe(
                    measured.get(quantity),
                    information(triples(quantity, widened())),
                    arrangements.stream()
                            .map(x -> information(triples(quantity, x)))
                            .toList());
        }
    }

    @Test
    void theNullOfThePositionIsThatOfAllTurns() {
        List<Double> all = new ArrayList<>();
        for (int turn = 0; turn < 64; turn++) {
            int[] by = {turn % 4, turn / 4 % 4, turn / 16};
            int[] x = new int[12];
            Arrays.setAll(x, i -> FIRST[i / 4 * 4 + (i + by[i / 4]) % 4]);
            all.add(information(triples(Quantity.POSITION, x)));
        }
        mustBe(measured().get(Quantity.POSITION), information(triples(Quantity.POSITION, widened())), all);
    }

    /** The mean within four of its standard errors, the p-value too. */
    private static void mustBe(Estimate estimate, double bits, List<Double> all) {
        String name = estimate.quantity().toString();
        double mean = all.stream().mapToDouble(v -> v).average().orElseThrow();
        double variance =
                all.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double p = all.stream().filter(v -> v >= bits - 1e-12).count() / (double) all.size();
        assertThat(estimate.bits()).as(name).isCloseTo(bits, within(1e-9));
        assertThat(estimate.nullBits()).as(name).isCloseTo(mean, within(4 * Math.sqrt(variance / PERMUTATIONS)));
        assertThat(estimate.pValue())
                .as(name)
                .isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / PERMUTATIONS) + 1.0 / PERMUTATIONS));
        assertThat(estimate.correctedBits()).as(name).isEqualTo(estimate.bits() - estimate.nullBits());
    }

    /** What a blind draw gives is the mean over all ways to deal out the experts of each type. */
    @Test
    void jIsThePlugInLessItsMeanOverAllDeals() {
        Random random = new Random(1);
        for (int trial = 0; trial < 20; trial++) {
            int[] domains = random.ints(6, 0, 2).toArray();
            int[] x = random.ints(6, 0, EXPERTS).toArray();
            domains[0] = 0;
            domains[1] = 1;
            List<Double> deals = new ArrayList<>();
            permutations(x.clone(), 0, deal -> deals.add(6 * given(deal, domains)));
            double mean = deals.stream().mapToDouble(v -> v).average().orElseThrow();
            short[] experts = new short[6];
            for (int i = 0; i < 6; i++) {
                experts[i] = (short) x[i];
            }
            int[] each = {0, 1, 2, 3, 4, 5};
            double j = new OverUnits(Strata.of(null, each), new Labellings(domains, 1, 1))
                    .values(new Choices(experts, 1, EXPERTS), 1)[0];
            assertThat(j).isCloseTo(6 * given(x, domains) - mean, within(1e-9));
        }
    }

    private static double given(int[] x, int[] domains) {
        List<List<Integer>> triples = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            triples.add(List.of(x[i], domains[i], 0));
        }
        return information(triples);
    }

    /** (U-1)/(U-D), where every unit has the same tokens. */
    @Test
    void ofEqualUnitsTheAmplificationIsThatOfAdjustedRSquared() {
        int units = 12;
        int[] domains = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
        int[] of = new int[units * 500];
        Arrays.setAll(of, i -> i / 500);
        Design design = Design.of(Strata.of(null, of), new Labellings(domains, 50, 1));
        assertThat(design.ratio()).isCloseTo(1, within(1e-9));
        assertThat(design.spread()).isCloseTo(1, within(1e-9));
        assertThat(design.amplification()).isCloseTo(11.0 / 9, within(0.05));
    }

    /** Nothing can be said of a topic beyond tokens that occur once: nothing is claimed either. */
    @Test
    void tokensThatOccurOnceSayNothingOfTheDomain() {
        int[] each = new int[12];
        Arrays.setAll(each, i -> i);
        Texts once = new Texts(WINDOWS, texts().units, new int[] {0, 0, 1}, each, texts().positions, new int[12]);
        Choices first = new Choices(FIRST, 1, EXPERTS);
        Estimate estimate = new Information(once, 50, 1)
                .measure(first, first, 50, (sums, sizes) -> new double[0]).stream()
                        .filter(e -> e.quantity() == Quantity.DOMAIN_GIVEN_TOKEN)
                        .findFirst()
                        .orElseThrow();
        assertThat(estimate.bits()).isZero();
        assertThat(estimate.correctedBits()).isNaN();
        assertThat(estimate.pValue()).isEqualTo(1);
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws Exception {
        Map<Quantity, Estimate> here = measured();
        try (ForkJoinPool one = new ForkJoinPool(1);
                ForkJoinPool five = new ForkJoinPool(5)) {
            for (ForkJoinPool pool : List.of(one, five)) {
                Map<Quantity, Estimate> there = pool.submit(NullsTest::measured).get();
                here.forEach((quantity, estimate) -> {
                    Estimate other = there.get(quantity);
                    assertThat(List.of(other.nullBits(), other.correctedBits(), other.pValue(), other.nullP95()))
                            .isEqualTo(List.of(
                                    estimate.nullBits(),
                                    estimate.correctedBits(),
                                    estimate.pValue(),
                                    estimate.nullP95()));
                });
            }
        }
    }
}
