package moira.train.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Tokenizers;
import moira.routing.corpus.Corpus;
import moira.routing.corpus.Document;
import moira.train.vocabulary.SentencePieceOutput;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two domains of letters of their own, one of them three times as large. */
class DomainBatchesTest {
    @TempDir
    private Path folder;

    private Tokenizer tokenizer;
    private Corpus corpus;

    @BeforeEach
    void write() throws IOException {
        Path file = folder.resolve("tokenizer.model");
        tokenizer = Tokenizers.open(Files.write(file, SentencePieceOutput.bytes(List.of("a", "b", "\u2581"))));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            String domain = i % 4 == 0 ? "b" : "a";
            lines.append("{\"text\":\"%s\",\"domain\":\"%s\",\"meta\":{\"source\":\"%s\"}}\n"
                    .formatted(domain.repeat(9 + i % 3), domain, i));
        }
        corpus = Corpus.open(List.of(Files.writeString(folder.resolve("c.jsonl"), lines)));
    }

    private DomainBatches batches(TrainingTexts texts) {
        return new DomainBatches(texts, tokenizer, 4, 12, 7);
    }

    @Test
    void everyBatchMixesTheDomainsByTheirTokens() {
        TrainingTexts texts = TrainingTexts.read(corpus, tokenizer, 0, 0);
        DomainBatches batches = batches(texts);
        int a = tokenizer.encode("a")[1];
        int b = tokenizer.encode("b")[1];
        double share = texts.tokensByDomain().get(0).tokens() / (double) texts.tokens();
        int ofB = 0;
        Map<Long, Integer> seen = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            Batch batch = batches.next();
            for (int s = 0; s < 4; s++) {
                long[] sequence = Arrays.copyOfRange(batch.tokens(), 13 * s, 13 * s + 13);
                assertThat(sequence[0]).as("BOS").isEqualTo(tokenizer.bos());
                boolean isB = Arrays.stream(sequence).anyMatch(token -> token == b);
                assertThat(isB && Arrays.stream(sequence).anyMatch(token -> token == a))
                        .isFalse();
                ofB += isB ? 1 : 0;
            }
            for (long token : batch.inputs()) {
                seen.merge(token, 1, Integer::sum);
            }
            assertThat(ofB).as("sequences of b").isCloseTo((int) Math.round(share * 4 * (i + 1)), within(1));
        }
        assertThat(seen).containsKeys((long) tokenizer.bos(), (long) tokenizer.eos(), (long) a, (long) b);
    }

    @Test
    void targetsFollowTheirInputs() {
        Batch batch = batches(TrainingTexts.read(corpus, tokenizer, 0, 0)).next();
        for (int s = 0; s < 4; s++) {
            for (int t = 0; t < 12; t++) {
                assertThat(batch.inputs()[12 * s + t]).isEqualTo(batch.tokens()[13 * s + t]);
                assertThat(batch.targets()[12 * s + t]).isEqualTo(batch.tokens()[13 * s + t + 1]);
            }
        }
    }

    /** One epoch gives every token of every text once, and nothing but BOS and EOS beside them. */
    @Test
    void anEpochHoldsEveryTextOnce() {
        TrainingTexts texts = TrainingTexts.read(corpus, tokenizer, 0, 0);
        DomainTokens domain = texts.tokensByDomain().get(1);
        DomainStream stream = new DomainStream(domain, 1, 2, 3);
        List<Integer> lengths = new ArrayList<>();
        int run = 0;
        long[] out = new long[13];
        while (lengths.size() < domain.documents()) {
            stream.fill(out, 0, 13);
            for (int i = 1; i < 13; i++) {
                if (out[i] == 2) {
                    lengths.add(run);
                    run = 0;
                } else if (out[i] != 1) {
                    run++;
                }
            }
        }
        List<Integer> expected = new ArrayList<>();
        for (int d = 0; d < domain.documents(); d++) {
            expected.add(domain.length(d));
        }
        assertThat(lengths.subList(0, domain.documents())).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(lengths).isNotEqualTo(expected);
    }

    @Test
    void goesOnFromAnyState() {
        TrainingTexts texts = TrainingTexts.read(corpus, tokenizer, 0, 0);
        DomainBatches one = batches(texts);
        for (int i = 0; i < 30; i++) {
            DomainBatches other = batches(texts);
            other.restore(one.state());
            assertThat(other.next().tokens()).isEqualTo(one.next().tokens());
        }
        assertThat(new DomainBatches(texts, tokenizer, 4, 12, 8).next().tokens())
                .isNotEqualTo(batches(texts).next().tokens());
    }

    @Test
    void probesAreHeldOutAndCounted() {
        TrainingTexts texts = TrainingTexts.read(corpus, tokenizer, 25, 0);
        TrainingTexts all = TrainingTexts.read(corpus, tokenizer, 0, 0);
        // 10, 11 or 12 tokens each: three of a domain make 25.
        assertThat(texts.probes().stream().map(Document::source))
                .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "8");
        long held = texts.probes().stream()
                .mapToLong(document -> tokenizer.encode(document.text()).length)
                .sum();
        assertThat(texts.tokens()).isEqualTo(all.tokens() - held);
        assertThat(texts.fingerprint()).isNotEqualTo(all.fingerprint());
    }
}
