package moira.train.batch;

import java.util.Arrays;

/** The documents of a domain as token ids, one after the other, in memory: 4 bytes a token. */
final class DomainTokens {
    private final String domain;
    private int[] tokens = new int[1024];
    private int size;
    private int[] ends = new int[16];
    private int documents;

    DomainTokens(String domain) {
        this.domain = domain;
    }

    String domain() {
        return domain;
    }

    void add(int[] document) {
        if (document.length > tokens.length - size) {
            tokens = Arrays.copyOf(tokens, Math.max(Math.addExact(size, document.length), (int)
                    Math.min(2L * tokens.length, Integer.MAX_VALUE - 8)));
        }
        System.arraycopy(document, 0, tokens, size, document.length);
        size += document.length;
        if (documents == ends.length) {
            ends = Arrays.copyOf(ends, 2 * documents);
        }
        ends[documents++] = size;
    }

    int documents() {
        return documents;
    }

    int tokens() {
        return size;
    }

    int length(int document) {
        return ends[document] - start(document);
    }

    int token(int document, int index) {
        return tokens[start(document) + index];
    }

    private int start(int document) {
        return document == 0 ? 0 : ends[document - 1];
    }
}
