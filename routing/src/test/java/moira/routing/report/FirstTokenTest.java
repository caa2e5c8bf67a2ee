package moira.routing.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import moira.routing.result.Tables;
import moira.routing.verdict.JudgedTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstTokenTest {
    @TempDir
    private Path folder;

    @Test
    void firstTokensAreTheFirstThatAreNotSpecial() {
        // Position 0 is BOS; both windows' position 1 goes to expert 3, the four others to 3, 0, 0, 1.
        List<FirstToken> found = of(true, """
                SELECT * FROM (VALUES (0, 0, 5), (0, 1, 3), (0, 2, 3), (0, 3, 0), (1, 0, 5), (1, 1, 3), (1, 2, 0), (1, 3, 1))
                  r(document, position, expert), (SELECT 2 AS layer, 1 AS choice, 1 AS weight)""");
        assertThat(found).hasSize(1);
        FirstToken layer = found.getFirst();
        assertThat(layer.layer()).isEqualTo(2);
        assertThat(layer.tokens()).isEqualTo(2);
        assertThat(layer.expert()).isEqualTo(3);
        assertThat(layer.share()).isEqualTo(1);
        assertThat(layer.elsewhere()).isEqualTo(0.25);
        // |1 - 1/4| + 1/2 + 1/4, halved.
        assertThat(layer.distance()).isCloseTo(0.75, within(1e-12));
        double chance = (2 * Math.sqrt(2 * 0.25 * 0.75 / (Math.PI * 2)) + Math.sqrt(2 * 0.5 * 0.5 / (Math.PI * 2))) / 2;
        assertThat(layer.chance()).isCloseTo(chance, within(1e-12));
    }

    @Test
    void withoutOtherTokensThereIsNothingToCompare() {
        assertThat(of(true, "SELECT 0 AS document, 1 AS position, 0 AS expert, 0 AS layer, 1 AS choice"))
                .isEmpty();
        assertThat(of(false, "")).isEmpty();
    }

    private List<FirstToken> of(boolean routing, String select) {
        Path root = folder.resolve(String.valueOf(routing));
        try (JudgedTables judged = new JudgedTables(root)) {
            judged.texts("a", "<s> x y z", "a", "<s> x y z");
            if (routing) {
                judged.routing(select);
            }
            judged.judge();
        }
        try (Tables tables = Tables.open(root.resolve("trace"), root.resolve("analysis"))) {
            return FirstToken.of(tables);
        }
    }
}
