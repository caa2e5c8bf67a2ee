package moira.routing.analysis;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import moira.engine.io.Sha256;
import moira.routing.DuckDb;

/**
 * Texts that come twice, which fake specialisation: whatever they are routed to counts twice, and looks like a property of the domain.
 * Windows of fewer than {@value #PREFIX} text tokens say nothing and are left out.
 */
final class Duplicates {
    private static final int PREFIX = 32;

    /** Examples of each kind that are named; the others are only counted. */
    private static final int NAMED = 20;

    private static final String TOKENS = """
            SELECT t.document, d."window", t.token, d.domain, d.source
            FROM tokens t
            JOIN documents d ON d.document = t.document
            WHERE NOT t.special AND t.document IN (SELECT document FROM units)
            ORDER BY t.document, t.position""";

    /**
     * One that was found.
     *
     * @param kind {@code repeated} or {@code prefix}
     * @param ofDomain the domain of the earlier text that it is like
     */
    record Example(String kind, String domain, String source, String ofDomain, String ofSource) {}

    private record Text(String domain, String source) {}

    private final Map<ByteBuffer, Text> documents = new HashMap<>();
    private final Map<ByteBuffer, Text> prefixes = new HashMap<>();
    private final List<Example> examples = new ArrayList<>();
    private final MessageDigest digest = Sha256.begin();
    private int document = -1;
    private int window;
    private Text text;
    private int length;
    private byte[] prefix;
    private int repeated;
    private int shared;

    private Duplicates() {}

    /** Looks through the recorded texts. */
    static Duplicates find(DuckDb database) {
        Duplicates duplicates = new Duplicates();
        database.query(TOKENS, row -> {
            if (row.getInt(1) != duplicates.document) {
                duplicates.begin(row.getInt(1), row.getInt(2), new Text(row.getString(4), row.getString(5)));
            }
            duplicates.token(row.getInt(3));
        });
        duplicates.finish();
        return duplicates;
    }

    private void begin(int newDocument, int newWindow, Text newText) {
        finish();
        document = newDocument;
        window = newWindow;
        text = newText;
        length = 0;
    }

    private void token(int token) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, token));
        if (++length == PREFIX) {
            prefix = digestSoFar();
        }
    }

    private void finish() {
        ByteBuffer whole = ByteBuffer.wrap(digest.digest());
        if (length >= PREFIX) {
            repeated += isFirst("repeated", documents, whole, repeated) ? 0 : 1;
            shared += window != 0 || isFirst("prefix", prefixes, ByteBuffer.wrap(prefix), shared) ? 0 : 1;
        }
    }

    private boolean isFirst(String kind, Map<ByteBuffer, Text> seen, ByteBuffer digest, int found) {
        Text earlier = seen.putIfAbsent(digest, text);
        if (earlier != null && found < NAMED) {
            examples.add(new Example(kind, text.domain, text.source, earlier.domain, earlier.source));
        }
        return earlier == null;
    }

    private byte[] digestSoFar() {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the platform's SHA-256 can be cloned", e);
        }
    }

    /** Windows whose tokens are exactly those of an earlier one. */
    int repeatedDocuments() {
        return repeated;
    }

    /** Texts whose first {@value #PREFIX} tokens are those of an earlier one, repeated ones included. */
    int sharedPrefixes() {
        return shared;
    }

    /** The first {@value #NAMED} of each kind. */
    List<Example> examples() {
        return examples;
    }
}
