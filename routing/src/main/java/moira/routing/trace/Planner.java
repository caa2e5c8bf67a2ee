package moira.routing.trace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import moira.engine.MoiraException;
import moira.engine.io.Sha256;
import moira.engine.tokenizer.Tokenizer;
import moira.routing.corpus.Document;
import moira.routing.corpus.DocumentSink;

/** Makes a {@link Plan} of the documents that it is given. */
final class Planner implements DocumentSink {
    private final Tokenizer tokenizer;
    private final int context;
    private final long maxTokens;
    private final Consumer<MoiraException> unreadable;
    private final int specials;
    private final List<Window> windows = new ArrayList<>();
    private final Map<String, Domain> domains = new LinkedHashMap<>();
    private final MessageDigest digest = Sha256.begin();
    private final MessageDigest tokens = Sha256.begin();

    private static final class Domain {
        private int documents;
        private int windows;
        private long tokens;
        private int skipped;
    }

    Planner(Tokenizer tokenizer, int context, long maxTokens, Consumer<MoiraException> unreadable) {
        this.tokenizer = tokenizer;
        this.context = context;
        this.maxTokens = maxTokens;
        this.unreadable = unreadable;
        this.specials = tokenizer.addsBos() ? 1 : 0;
    }

    @Override
    public boolean wants(String domain) {
        return maxTokens == 0 || domain(domain).tokens < maxTokens;
    }

    @Override
    public void document(Document document) {
        Domain domain = domain(document.domain());
        int[] tokens = tokenizer.encode(document.text());
        int taken = maxTokens == 0 ? tokens.length : (int) Math.min(tokens.length, maxTokens - domain.tokens);
        int room = context - specials;
        for (int from = 0; from < taken; from += room) {
            int to = Math.min(from + room, taken);
            windows.add(window(document, from / room, tokens, from, to));
            domain.windows++;
        }
        domain.documents++;
        domain.tokens += taken;
        digest(document.domain());
        digest(document.source());
        digest(document.text());
    }

    private Window window(Document document, int number, int[] tokens, int from, int to) {
        int[] sequence = new int[specials + to - from];
        if (specials == 1) {
            sequence[0] = tokenizer.bos();
        }
        System.arraycopy(tokens, from, sequence, specials, to - from);
        digestTokens(sequence);
        return new Window(windows.size(), document.domain(), document.source(), number, sequence, specials);
    }

    @Override
    public void unreadable(String domain, MoiraException problem) {
        unreadable.accept(problem);
        domain(domain).skipped++;
    }

    private Domain domain(String name) {
        return domains.computeIfAbsent(name, key -> new Domain());
    }

    Plan plan(List<Path> paths) {
        List<TraceHeader.Domain> counts = new ArrayList<>();
        domains.forEach((name, domain) -> counts.add(
                new TraceHeader.Domain(name, domain.documents, domain.windows, domain.tokens, domain.skipped)));
        String fingerprint = HexFormat.of().formatHex(digest.digest());
        String tokenFingerprint = HexFormat.of().formatHex(tokens.digest());
        List<String> names = paths.stream().map(Path::toString).toList();
        return new Plan(
                List.copyOf(windows),
                new TraceHeader.Corpus(names, fingerprint, tokenFingerprint, context, maxTokens, counts));
    }

    /** With its length before it, so that no two lists of texts run together into the same bytes. */
    private void digest(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    private void digestTokens(int[] sequence) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Integer.BYTES * (1 + sequence.length)).putInt(sequence.length);
        bytes.asIntBuffer().put(sequence);
        tokens.update(bytes.rewind());
    }
}
