package moira.train.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;
import moira.routing.corpus.Corpus;
import moira.routing.corpus.Document;
import moira.routing.corpus.DocumentSink;

/** A corpus on its way into training: most documents as tokens to learn from, a few of each domain held out as probes. */
public final class TrainingTexts {
    private final Map<String, DomainTokens> domains = new LinkedHashMap<>();
    private final List<Document> probes = new ArrayList<>();
    private final CRC32C checksum = new CRC32C();

    private TrainingTexts() {}

    /**
     * Reads and tokenises a corpus.
     *
     * @param probeTokens documents are held out, the first of each domain, until they have so many tokens; a domain of one
     *     document is learnt from and not probed
     * @param maxTokens of each domain to learn from; 0 for all
     * @throws MoiraException if a document is unreadable, or there is nothing to learn from
     */
    public static TrainingTexts read(Corpus corpus, Tokenizer tokenizer, int probeTokens, long maxTokens) {
        TrainingTexts texts = new TrainingTexts();
        Splitter splitter = new Splitter(texts, tokenizer, probeTokens, maxTokens);
        corpus.read(splitter);
        splitter.finish();
        if (texts.tokens() == 0) {
            throw MoiraException.expected(
                    corpus.paths().getFirst().toString(), "a corpus with some text to learn from", "none");
        }
        return texts;
    }

    /** Documents that are held out, in the order of the corpus. */
    public List<Document> probes() {
        return Collections.unmodifiableList(probes);
    }

    /** Tokens to learn from, over all domains. */
    public long tokens() {
        return domains.values().stream().mapToLong(DomainTokens::tokens).sum();
    }

    /** The names of the domains that are learnt from. */
    public List<String> domains() {
        return List.copyOf(domains.keySet());
    }

    /** Tells whether a run that goes on has the texts that it began with. */
    public String fingerprint() {
        return Long.toHexString(checksum.getValue()) + "-" + tokens();
    }

    List<DomainTokens> tokensByDomain() {
        return List.copyOf(domains.values());
    }

    private void learnFrom(String domain, int[] tokens) {
        domains.computeIfAbsent(domain, DomainTokens::new).add(tokens);
        for (int token : tokens) {
            checksum.update(token);
            checksum.update(token >>> 8);
            checksum.update(token >>> 16);
        }
    }

    /** Decides of every document whether it is learnt from. */
    private static final class Splitter implements DocumentSink {
        private final TrainingTexts texts;
        private final Tokenizer tokenizer;
        private final int probeTokens;
        private final long maxTokens;
        private final Map<String, Integer> probed = new LinkedHashMap<>();
        /** The document that would be the next probe of a domain, if another one follows to learn from. */
        private final Map<String, Document> waiting = new LinkedHashMap<>();

        Splitter(TrainingTexts texts, Tokenizer tokenizer, int probeTokens, long maxTokens) {
            this.texts = texts;
            this.tokenizer = tokenizer;
            this.probeTokens = probeTokens;
            this.maxTokens = maxTokens;
        }

        @Override
        public boolean wants(String domain) {
            DomainTokens learnt = texts.domains.get(domain);
            return maxTokens == 0 || learnt == null || learnt.tokens() < maxTokens;
        }

        @Override
        public void document(Document document) {
            String domain = document.domain();
            if (document.text().isEmpty()) {
                return;
            }
            Document before = waiting.remove(domain);
            if (before != null) {
                texts.probes.add(before);
                probed.merge(domain, tokenizer.encode(before.text()).length, Integer::sum);
            }
            if (probed.getOrDefault(domain, 0) < probeTokens) {
                waiting.put(domain, document);
            } else {
                texts.learnFrom(domain, tokenizer.encode(document.text()));
            }
        }

        void finish() {
            waiting.forEach((domain, document) -> texts.learnFrom(domain, tokenizer.encode(document.text())));
        }
    }
}
