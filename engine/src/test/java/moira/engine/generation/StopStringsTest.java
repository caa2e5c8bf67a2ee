package moira.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
    @Test
    void nothingOfAStopStringIsEverPrinted() {
        StopStrings stops = new StopStrings(List.of("</end>", ""));
        assertThat(stops.accept("one <")).isEqualTo("one ");
        assertThat(stops.accept("/b> two </e")).isEqualTo("</b> two ");
        assertThat(stops.accept("nd> three")).isEmpty();
        assertThat(stops.stopped()).isTrue();
        assertThat(stops.accept("four")).isEmpty();
    }

    @Test
    void whatWasHeldBackComesAtTheEnd() {
        StopStrings stops = new StopStrings(List.of("stop"));
        assertThat(stops.accept("a sto")).isEqualTo("a ");
        assertThat(stops.finish()).isEqualTo("sto");
        assertThat(stops.stopped()).isFalse();
    }

    @Test
    void anyCutOfTheStreamGivesTheTextBeforeTheFirstStop() {
        Random random = new Random(3);
        List<String> stops = List.of("aba", "bb", "cab");
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append((char) ('a' + random.nextInt(3)));
            }
            int end = stops.stream()
                    .mapToInt(text::indexOf)
                    .filter(at -> at >= 0)
                    .min()
                    .orElse(text.length());
            StopStrings watch = new StopStrings(stops);
            StringBuilder out = new StringBuilder();
            for (int at = 0; at < text.length(); ) {
                int next = at + 1 + random.nextInt(text.length() - at);
                out.append(watch.accept(text.substring(at, next)));
                at = next;
            }
            out.append(watch.finish());
            // A stop that ends first is seen first when the text comes in pieces; it may start after another one.
            assertThat(text.toString()).startsWith(out.toString());
            assertThat(out.length()).isGreaterThanOrEqualTo(end);
            assertThat(watch.stopped()).isEqualTo(end < text.length());
        }
    }
}
