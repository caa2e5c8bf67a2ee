package moira.engine.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import moira.engine.MoiraException;

/**
 * Pieces to text as Hugging Face's decoders do it (ByteFallback, Fuse, Strip): a run of pieces that spell bytes is UTF-8 as a whole, or each
 * of its bytes is broken; in a stream, each of those that have not come out yet.
 */
final class FusingDecoder implements StreamingDecoder {
    private static final String BROKEN = String.valueOf(Utf8Assembler.REPLACEMENT);
    private static final byte NO_UTF8 = (byte) 0xFF;

    private final Vocabulary vocabulary;
    private final Map<Integer, String> normalised;
    private final ByteFallback bytes;
    private final boolean spellsSpecial;
    /** What ends in a broken character, and comes out with the next one that is whole. */
    private final StringBuilder held = new StringBuilder();
    /** The bytes of the run at hand that have not come out. */
    private byte[] run = new byte[16];

    private int count;
    /** Whether the first space is still to be dropped. */
    private boolean atStart;

    /** @param normalised how tokens are spelled that the normaliser changed */
    FusingDecoder(
            Vocabulary vocabulary,
            Map<Integer, String> normalised,
            ByteFallback bytes,
            boolean stripsFirst,
            boolean spellsSpecial) {
        this.vocabulary = vocabulary;
        this.normalised = normalised;
        this.bytes = bytes;
        this.spellsSpecial = spellsSpecial;
        atStart = stripsFirst;
    }

    @Override
    public String next(int id) {
        if (id < 0 || id >= vocabulary.size()) {
            throw MoiraException.expected("decoding", "a token id below " + vocabulary.size(), id);
        }
        if (!spellsSpecial && isSpecial(vocabulary, id)) {
            return "";
        }
        held.append(decoded(id));
        boolean broken = !held.isEmpty() && held.charAt(held.length() - 1) == Utf8Assembler.REPLACEMENT;
        return broken ? "" : taken();
    }

    private String taken() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }

    private String decoded(int id) {
        if (isByte(vocabulary, id)) {
            return next(bytes.value(id));
        }
        String piece = normalised.getOrDefault(id, vocabulary.pieces().get(id));
        return brokenRun() + stripped(piece.replace(SpacePrefix.SPACE, ' '));
    }

    private String next(byte value) {
        if (count == run.length) {
            run = Arrays.copyOf(run, 2 * count);
        }
        run[count++] = value;
        String text = utf8(run, count);
        if (text == null) {
            return "";
        }
        count = 0;
        return stripped(text);
    }

    private String brokenRun() {
        String rest = BROKEN.repeat(count);
        count = 0;
        return stripped(rest);
    }

    @Override
    public String finish() {
        held.append(brokenRun());
        return taken();
    }

    private String stripped(String text) {
        boolean drop = atStart && text.startsWith(" ");
        atStart &= text.isEmpty();
        return drop ? text.substring(1) : text;
    }

    /** Null if they are none. */
    private static String utf8(byte[] bytes, int count) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, count))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The ids that show, with each byte of a run that is no UTF-8 made one that begins no character. */
    static int[] mended(Vocabulary vocabulary, ByteFallback bytes, boolean spellsSpecial, int... ids) {
        int[] shown = IntStream.of(ids)
                .filter(id -> spellsSpecial || !isSpecial(vocabulary, id))
                .toArray();
        int from = 0;
        for (int i = 0; i <= shown.length; i++) {
            if (i == shown.length || !isByte(vocabulary, shown[i])) {
                mend(bytes, shown, from, i);
                from = i + 1;
            }
        }
        return shown;
    }

    private static void mend(ByteFallback bytes, int[] ids, int from, int to) {
        byte[] whole = new byte[to - from];
        for (int i = from; i < to; i++) {
            whole[i - from] = bytes.value(ids[i]);
        }
        if (utf8(whole, whole.length) == null) {
            Arrays.fill(ids, from, to, bytes.id(NO_UTF8));
        }
    }

    private static boolean isByte(Vocabulary vocabulary, int id) {
        return id >= 0 && id < vocabulary.size() && vocabulary.types().get(id) == PieceType.BYTE;
    }

    private static boolean isSpecial(Vocabulary vocabulary, int id) {
        return id >= 0
                && id < vocabulary.size()
                && (vocabulary.types().get(id) == PieceType.CONTROL
                        || vocabulary.types().get(id) == PieceType.UNKNOWN);
    }
}
