package moira.engine.tokenizer;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import moira.engine.MoiraException;

/**
 * Reads SentencePiece's {@code tokenizer.model}: the ModelProto of {@code sentencepiece_model.proto}, of BPE models that leave the
 * text as it is (normalizer {@code identity}), as Llama's and Mistral's do. Constants are the field numbers of that file.
 */
public final class SentencePieceModel {
    private static final int PIECES = 1;
    private static final int TRAINER = 2;
    private static final int NORMALIZER = 3;

    private static final int BPE = 2;
    private static final Map<Long, String> OTHER_MODELS = Map.of(1L, "unigram", 3L, "word", 4L, "char");

    private final String file;
    private final List<String> pieces = new ArrayList<>();
    private final List<PieceType> types = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();

    /** The proto's defaults, for fields that the file leaves out. */
    private long model = 1;

    private boolean trained;
    private boolean byteFallback;
    private String bos = "<s>";
    private String eos = "</s>";
    private boolean dummyPrefix = true;
    private boolean removesSpaces = true;
    private boolean escapesSpaces = true;
    private boolean spaceAsSuffix;
    private boolean identity = true;
    private String normalizer = "";

    private SentencePieceModel(String file) {
        this.file = file;
    }

    /**
     * @throws MoiraException if the file is no SentencePiece model, or of a kind that is not read: unigram, word or char models,
     *     normalizers that change the text
     */
    public static Tokenizer read(Path path) {
        return read(path, TokenizerFile.read(path));
    }

    static Tokenizer read(Path path, byte[] data) {
        SentencePieceModel model = new SentencePieceModel(path.toString());
        model.readModel(new ProtobufReader(path.toString(), ByteBuffer.wrap(data)));
        model.check();
        return model.tokenizer(TokenizerConfig.besides(path), AddedTokenFiles.besides(path));
    }

    private void readModel(ProtobufReader proto) {
        while (proto.next()) {
            switch (proto.field()) {
                case PIECES -> readPiece(proto.message());
                case TRAINER -> readTrainer(proto.message());
                case NORMALIZER -> readNormalizer(proto.message());
                default -> {} // Training's own: self-test samples, the denormalizer.
            }
        }
    }

    private void readPiece(ProtobufReader proto) {
        String piece = null;
        float score = 0;
        PieceType type = PieceType.NORMAL;
        while (proto.next()) {
            switch (proto.field()) {
                case 1 -> piece = proto.string();
                case 2 -> score = proto.float32();
                case 3 -> type = PieceType.of(proto.integer(), proto.where());
                default -> {} // Extensions.
            }
        }
        if (piece == null || piece.isEmpty()) {
            throw MoiraException.expected(proto.where(), "a piece of at least one character", "none");
        }
        pieces.add(piece);
        types.add(type);
        scores.add(score);
    }

    private void readTrainer(ProtobufReader proto) {
        trained = true;
        while (proto.next()) {
            switch (proto.field()) {
                case 3 -> model = proto.integer();
                case 24 -> spaceAsSuffix = proto.bool();
                case 35 -> byteFallback = proto.bool();
                case 46 -> bos = proto.string();
                case 47 -> eos = proto.string();
                default -> {} // How it was trained.
            }
        }
    }

    private void readNormalizer(ProtobufReader proto) {
        while (proto.next()) {
            switch (proto.field()) {
                case 1 -> normalizer = proto.string();
                case 2 -> identity = proto.isEmpty();
                case 3 -> dummyPrefix = proto.bool();
                case 4 -> removesSpaces = proto.bool();
                case 5 -> escapesSpaces = proto.bool();
                default -> {} // The rules that field 2 was compiled from.
            }
        }
    }

    private void check() {
        require(!pieces.isEmpty(), "a SentencePiece model", "no pieces");
        require(trained, "a trainer_spec after the pieces", "none, as in a file that was cut off");
        require(model == BPE, "a BPE model", "a model of type " + OTHER_MODELS.getOrDefault(model, model + ""));
        require(identity, "the normalizer identity", "normalizer " + normalizer);
        require(!removesSpaces, "a normalizer that keeps spaces", "remove_extra_whitespaces");
        require(escapesSpaces, "a normalizer that escapes spaces", "escape_whitespaces = false");
        require(!spaceAsSuffix, "spaces in front of words", "treat_whitespace_as_suffix");
        String bytes = byteFallback ? "byte_fallback without them" : "them without byte_fallback";
        require(types.contains(PieceType.BYTE) == byteFallback, "byte pieces if byte_fallback", bytes);
    }

    private void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw MoiraException.expected(file, expected, found);
        }
    }

    private Tokenizer tokenizer(TokenizerConfig config, Map<Integer, AddedTokens.Token> besides) {
        AddedTokens added = AddedTokenFiles.append(besides, pieces, types, file);
        double[] byId =
                Arrays.copyOf(scores.stream().mapToDouble(Float::doubleValue).toArray(), pieces.size());
        Vocabulary vocabulary = new Vocabulary(
                file,
                pieces,
                types,
                ScoredMerges.of(file, pieces, types, byId),
                dummyPrefix ? SpacePrefix.ALWAYS : SpacePrefix.NEVER,
                control(config.bos(), bos),
                control(config.eos(), eos),
                config.addsBos().orElse(true));
        return new SentencePieceBpe(vocabulary, added, PieceDecoding.SENTENCE_PIECE);
    }

    /** The id of the control piece that the configuration names, or the model itself; -1 if there is neither. */
    private int control(Optional<String> configured, String own) {
        int id = configured.map(this::control).orElse(-1);
        return id >= 0 ? id : control(own);
    }

    private int control(String piece) {
        int id = pieces.indexOf(piece);
        return id >= 0 && types.get(id) == PieceType.CONTROL ? id : -1;
    }
}
