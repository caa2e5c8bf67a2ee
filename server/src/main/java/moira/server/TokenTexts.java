package moira.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import moira.engine.tokenizer.StreamingDecoder;
import moira.engine.tokenizer.Tokenizer;

/** The text of one token as it stands in the middle of others. */
final class TokenTexts {
    private final Tokenizer tokenizer;
    /** Any token with a text: what begins a text loses its space. */
    private final int before;

    TokenTexts(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        int[] letter = tokenizer.encode("a");
        before = letter.length == 0 ? -1 : letter[letter.length - 1];
    }

    String of(int token) {
        StreamingDecoder decoder = tokenizer.streamingDecoder(true);
        if (before >= 0) {
            decoder.next(before);
        }
        return decoder.next(token) + decoder.finish();
    }

    /** Null where the token is no whole character: what was decoded of it is not what it is. */
    static List<Integer> bytes(String text) {
        if (text.indexOf('\uFFFD') >= 0) {
            return null;
        }
        List<Integer> bytes = new ArrayList<>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(Byte.toUnsignedInt(b));
        }
        return bytes;
    }
}
