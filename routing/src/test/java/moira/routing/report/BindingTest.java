package moira.routing.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import moira.routing.result.Tables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BindingTest {
    private static final int EXPERTS = 8;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void routingByTokenKeepsTheExpert() {
        Binding input = input(token -> token % EXPERTS);
        assertThat(input.share()).isEqualTo(1);
        assertThat(input.chanceP95()).isLessThan(0.5);
        assertThat(input.tokens()).isEqualTo(40);
    }

    @Test
    void routingByChanceAgreesWithTheSimulatedNull() {
        Binding input = input(token -> random.nextInt(EXPERTS));
        assertThat(input.share()).isCloseTo(input.chance(), within(0.02));
        assertThat(input.chance()).isGreaterThan(1.0 / EXPERTS);
    }

    @Test
    void anUnevenLoadIsPartOfTheNull() {
        Binding input = input(token -> random.nextInt(10) < 8 ? 3 : random.nextInt(EXPERTS));
        assertThat(input.share()).isCloseTo(input.chance(), within(0.02));
        assertThat(input.chance()).isGreaterThan(0.8);
    }

    private Binding input(IntUnaryOperator firstExpert) {
        List<FixtureDocument> documents = new ArrayList<>();
        for (int d = 0; d < 4; d++) {
            documents.add(document("domain" + d % 2, firstExpert));
        }
        Fixture.write(folder, documents, EXPERTS);
        try (Tables tables = Tables.open(folder.resolve("trace"), folder.resolve("analysis"))) {
            return Binding.of(tables).stream()
                    .filter(b -> b.by().equals("input"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private FixtureDocument document(String domain, IntUnaryOperator firstExpert) {
        int n = 800;
        List<Integer> tokens = new ArrayList<>();
        List<String> pieces = new ArrayList<>();
        int[][][] experts = new int[n][1][];
        float[][][] weights = new float[n][1][];
        for (int p = 0; p < n; p++) {
            int token = random.nextInt(40);
            int first = firstExpert.applyAsInt(token);
            tokens.add(token);
            pieces.add("▁t" + token);
            experts[p][0] = new int[] {first, (first + 1 + random.nextInt(EXPERTS - 1)) % EXPERTS};
            weights[p][0] = new float[] {0.7f, 0.3f};
        }
        return new FixtureDocument(domain, tokens, pieces, experts, weights);
    }
}
