package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import moira.engine.Model;
import moira.engine.Session;
import moira.engine.Shared;
import moira.routing.corpus.Corpus;
import org.junit.jupiter.api.Test;

/** The model that ships with Moira, against another small Mixtral, which somebody else trained on the same texts. */
class BundledModelTest {
    /** Bytes of each domain to read; all of them with {@code -Dmoira.valid.bytes=9999999}. */
    private static final long BYTES = Long.getLong("moira.valid.bytes", 24_000);

    /** Tokens of a window, the one that begins it included. */
    private static final int WINDOW = 256;

    private static final class Sum {
        private double nats;
        private long bytes;

        double perByte() {
            return nats / bytes;
        }
    }

    @Test
    void itsProjectShareIsSmall() throws Exception {
        assertThat(Files.size(Bundled.model())).isLessThan(24_000_000);
    }

    /** Nats a byte and not a token: the two have vocabularies of their own. */
    @Test
    void knowsTheDomainsBetterThanTheReference() {
        Corpus valid = Corpus.open(List.of(Shared.path("corpus/valid")));
        Map<String, Sum> reference = score(Shared.path("reference-model"), valid);
        Map<String, Sum> bundled = score(Bundled.model(), valid);
        assertThat(bundled).hasSize(7);
        bundled.forEach((domain, sum) -> System.out.printf(
                "%s: %.4f nats a byte, reference %.4f, of %,d bytes%n",
                domain, sum.perByte(), reference.get(domain).perByte(), sum.bytes));
        bundled.forEach((domain, sum) -> assertThat(sum.perByte())
                .as(domain)
                .isLessThan(reference.get(domain).perByte()));
    }

    private static Map<String, Sum> score(Path path, Corpus corpus) {
        Map<String, Sum> domains = new TreeMap<>();
        try (Model model = Model.load(path)) {
            Session session = model.newSession();
            corpus.read(document -> {
                Sum sum = domains.computeIfAbsent(document.domain(), key -> new Sum());
                if (sum.bytes < BYTES) {
                    sum.bytes += document.text().getBytes(StandardCharsets.UTF_8).length;
                    sum.nats += nats(session, model, document.text());
                }
            });
        }
        return domains;
    }

    private static double nats(Session session, Model model, String text) {
        int[] tokens = model.tokenizer().encode(text);
        double nats = 0;
        for (int from = 0; from < tokens.length; from += WINDOW - 1) {
            int count = Math.min(WINDOW - 1, tokens.length - from);
            int[] window = new int[1 + count];
            window[0] = model.tokenizer().bos();
            System.arraycopy(tokens, from, window, 1, count);
            session.reset();
            for (float logProbability : session.logProbabilities(window)) {
                nats -= logProbability;
            }
        }
        return nats;
    }
}
