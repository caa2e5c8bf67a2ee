package moira.train.vocabulary;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A {@code tokenizer.model}: the ModelProto of {@code sentencepiece_model.proto}, whose field numbers the constants are. The ids are
 * laid out as Llama's: unknown, BOS, EOS, the 256 bytes, then the learnt pieces, whose scores fall with their rank.
 */
public final class SentencePieceOutput {
    /** The ids before the first learnt piece. */
    public static final int RESERVED = 3 + 256;

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int BYTE = 6;

    private static final int VARINT = 0;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private SentencePieceOutput() {}

    /** @param pieces the learnt ones, the first to merge first; spaces spelled U+2581 */
    public static byte[] bytes(List<String> pieces) {
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        message(model, 1, piece("<unk>", 0, UNKNOWN));
        message(model, 1, piece("<s>", 0, CONTROL));
        message(model, 1, piece("</s>", 0, CONTROL));
        for (int b = 0; b < 256; b++) {
            message(model, 1, piece(String.format(Locale.ROOT, "<0x%02X>", b), 0, BYTE));
        }
        for (int rank = 0; rank < pieces.size(); rank++) {
            message(model, 1, piece(pieces.get(rank), -rank, NORMAL));
        }
        message(model, 2, trainer(RESERVED + pieces.size()));
        message(model, 3, normalizer());
        return model.toByteArray();
    }

    private static byte[] piece(String text, float score, int type) {
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        message(piece, 1, text.getBytes(StandardCharsets.UTF_8));
        tag(piece, 2, FIXED32);
        piece.writeBytes(ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(score)
                .array());
        integer(piece, 3, type);
        return piece.toByteArray();
    }

    /** What a reader needs to encode; how the pieces were learnt is no part of it. */
    private static byte[] trainer(int size) {
        ByteArrayOutputStream trainer = new ByteArrayOutputStream();
        integer(trainer, 3, 2); // model_type BPE
        integer(trainer, 4, size); // vocab_size
        integer(trainer, 35, 1); // byte_fallback
        integer(trainer, 40, 0); // unk_id
        integer(trainer, 41, 1); // bos_id
        integer(trainer, 42, 2); // eos_id
        return trainer.toByteArray();
    }

    private static byte[] normalizer() {
        ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
        message(normalizer, 1, "identity".getBytes(StandardCharsets.UTF_8));
        integer(normalizer, 3, 1); // add_dummy_prefix
        integer(normalizer, 4, 0); // remove_extra_whitespaces
        integer(normalizer, 5, 1); // escape_whitespaces
        return normalizer.toByteArray();
    }

    private static void integer(ByteArrayOutputStream out, int field, int value) {
        tag(out, field, VARINT);
        varint(out, value);
    }

    private static void message(ByteArrayOutputStream out, int field, byte[] content) {
        tag(out, field, BYTES);
        varint(out, content.length);
        out.writeBytes(content);
    }

    private static void tag(ByteArrayOutputStream out, int field, int wireType) {
        varint(out, (field << 3) | wireType);
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
