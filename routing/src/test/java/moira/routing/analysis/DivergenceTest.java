package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import moira.routing.trace.PlantedTrace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DivergenceTest {
    private static final int SOURCES = 4;

    @TempDir
    Path folder;

    /** Two domains of four sources can be labelled in 70 ways, so the null can be written out. */
    @Test
    void theNullIsThatOfAllLabellings() throws Exception {
        PlantedTrace planted = new PlantedTrace(4, 2, List.of(0, 1), 2, SOURCES, 1, 30, 10, 13);
        planted.write(
                folder.resolve("trace"),
                (random, layer, domain, token, previous) ->
                        planted.first(random, random.nextInt(4) == 0 ? domain : token));
        Analysis.run(folder.resolve("trace"), folder.resolve("out"), new AnalysisOptions(10, 10, 20_000, 1));
        Map<Integer, double[][]> counts = firstChoices();
        for (Map<String, Object> row : Tables.read(folder.resolve("out"), "divergence")) {
            if (row.get("choices").equals("first")) {
                mustBe(row, counts.get(PlainTrace.number(row, "layer")));
            }
        }
    }

    /** By layer: {@code [sources][experts]}, the first domain's sources first. */
    private Map<Integer, double[][]> firstChoices() throws Exception {
        Map<Integer, double[][]> counts = new TreeMap<>();
        for (PlainTrace.Token token :
                PlainTrace.read(folder.resolve("trace")).tokens.values()) {
            int source = token.source.charAt(1) - '0' + (token.domain.equals(PlantedTrace.domain(1)) ? SOURCES : 0);
            counts.computeIfAbsent(token.layer, layer -> new double[2 * SOURCES][4])[source][
                    token.experts.getFirst()]++;
        }
        return counts;
    }

    private static void mustBe(Map<String, Object> row, double[][] counts) {
        double observed = divergence(counts, 0b1111);
        List<Double> all = new ArrayList<>();
        for (int labels = 0; labels < 1 << (2 * SOURCES); labels++) {
            if (Integer.bitCount(labels) == SOURCES) {
                all.add(divergence(counts, labels));
            }
        }
        assertThat(all).hasSize(70);
        double reached = all.stream().filter(value -> value >= observed - 1e-12).count();
        assertThat(Tables.value(row, "jsd_bits")).isCloseTo(observed, within(1e-12));
        assertThat(Tables.value(row, "p_value")).isCloseTo(reached / 70, within(0.015));
        double mean = all.stream().mapToDouble(value -> value).average().orElseThrow();
        assertThat(Tables.value(row, "null_mean")).isCloseTo(mean, within(0.03 * mean));
        List<Double> sorted = all.stream().sorted().toList();
        assertThat(Tables.value(row, "null_p95")).isBetween(sorted.get(62), sorted.get(69));
    }

    private static double divergence(double[][] counts, int labels) {
        double[] a = new double[4];
        double[] b = new double[4];
        for (int source = 0; source < counts.length; source++) {
            double[] to = (labels >> source & 1) == 1 ? a : b;
            for (int expert = 0; expert < 4; expert++) {
                to[expert] += counts[source][expert];
            }
        }
        double sumA = Arrays.stream(a).sum();
        double sumB = Arrays.stream(b).sum();
        double bits = 0;
        for (int expert = 0; expert < 4; expert++) {
            double p = a[expert] / sumA;
            double q = b[expert] / sumB;
            bits += term(p, q) / 2 + term(q, p) / 2;
        }
        return bits;
    }

    private static double term(double p, double q) {
        return p == 0 ? 0 : p * Math.log(2 * p / (p + q)) / Math.log(2);
    }
}
