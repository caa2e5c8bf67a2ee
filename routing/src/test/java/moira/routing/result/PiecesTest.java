package moira.routing.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PiecesTest {
    @Test
    void aSpaceMarkIsASpace() {
        assertThat(Pieces.texts(List.of("▁the", "▁▁▁▁", "x"))).containsExactly(" the", "    ", "x");
    }

    @Test
    void bytesOfACharacterJoinInTheirFirstPiece() {
        assertThat(Pieces.texts(List.of("<0x0A>", "<0xE2>", "<0x80>", "<0x94>", "<0x41>", "a")))
                .containsExactly("\n", "—", "", "", "A", "a");
    }

    @Test
    void bytesOfNoCharacterAreReplaced() {
        assertThat(Pieces.texts(List.of("<0x80>", "<0xC0>", "<0xAF>", "<0xE2>", "b", "<0xFF>")))
                .containsExactly("\uFFFD", "\uFFFD", "\uFFFD", "\uFFFD", "b", "\uFFFD");
    }

    @Test
    void theTextOfAnyBytesOfGoodUtf8ComesBack() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 20) {
                int character = random.nextInt(0x110000);
                if (Character.getType(character) != Character.SURROGATE) {
                    text.appendCodePoint(character);
                }
            }
            List<String> pieces = new ArrayList<>();
            for (byte b : text.toString().getBytes(StandardCharsets.UTF_8)) {
                pieces.add(String.format(Locale.ROOT, "<0x%02X>", b));
            }
            assertThat(String.join("", Pieces.texts(pieces))).isEqualTo(text.toString());
        }
    }
}
