package moira.routing.analysis;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;
import moira.routing.DuckDb;

/**
 * Texts that come twice, which fake specialisation: whatever they are routed to counts twice, and looks like a property of the domain.
 * Windows of fewer than {@value #PREFIX} text tokens say nothing and are left out.
 */
final class Duplicates {
    private static final int PREFIX = 32;

    private static final String TOKENS = """
            SELECT t.document, d."window", t.token
            FROM tokens t
            JOIN documents d ON d.document = t.document
            WHERE NOT t.special AND t.document IN (SELECT document FROM units)
            ORDER BY t.document, t.position""";

    private final Set<ByteBuffer> documents = new HashSet<>();
    private final Set<ByteBuffer> prefixes = new HashSet<>();
    private final MessageDigest digest = sha256();
    private int document = -1;
    private int window;
    private int length;
    private byte[] prefix;
    private int repeated;
    private int shared;

    private Duplicates() {}

    /** Looks through the recorded texts. */
    static Duplicates find(DuckDb database) {
        Duplicates duplicates = new Duplicates();
        database.query(TOKENS, row -> duplicates.token(row.getInt(1), row.getInt(2), row.getInt(3)));
        duplicates.finish();
        return duplicates;
    }

    private void token(int newDocument, int newWindow, int token) {
        if (newDocument != document) {
            finish();
            document = newDocument;
            window = newWindow;
            length = 0;
        }
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, token));
        if (++length == PREFIX) {
            prefix = digestSoFar();
        }
    }

    private void finish() {
        ByteBuffer whole = ByteBuffer.wrap(digest.digest());
        if (length >= PREFIX) {
            repeated += documents.add(whole) ? 0 : 1;
            shared += window != 0 || prefixes.add(ByteBuffer.wrap(prefix)) ? 0 : 1;
        }
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
