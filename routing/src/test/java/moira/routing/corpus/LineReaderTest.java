package moira.routing.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static final int LIMIT = 100_000;

    private static List<String> lines(String text) throws IOException {
        List<String> lines = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes), LIMIT)) {
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                lines.add((reader.tooLong() ? "!" : "") + new String(line, StandardCharsets.UTF_8).length());
                assertThat(reader.number()).isEqualTo(lines.size());
            }
        }
        return lines;
    }

    @Test
    void theLastLineNeedsNoNewline() throws IOException {
        assertThat(lines("")).isEmpty();
        assertThat(lines("\n")).containsExactly("0");
        assertThat(lines("ab")).containsExactly("2");
        assertThat(lines("ab\n")).containsExactly("2");
        assertThat(lines("ab\n\nc")).containsExactly("2", "0", "1");
    }

    @Test
    void linesOfEveryLengthAcrossBuffers() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int length = random.nextInt(130_000);
            text.append("x".repeat(length)).append('\n');
            expected.add(length > LIMIT ? "!" + LIMIT : "" + length);
        }
        assertThat(lines(text.toString())).isEqualTo(expected).anyMatch(line -> line.startsWith("!"));
    }
}
