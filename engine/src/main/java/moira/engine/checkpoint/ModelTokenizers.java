package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.io.LfsPointer;
import moira.engine.tokenizer.GgufVocabulary;
import moira.engine.tokenizer.SentencePieceModel;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.TokenizerJson;
import moira.engine.tokenizer.Tokenizers;

/** Finds the tokenizer that belongs to a model. */
public final class ModelTokenizers {
    /** Mistral numbers them. */
    private static final List<String> MODELS =
            List.of("tokenizer.model", "tokenizer.model.v3", "tokenizer.model.v2", "tokenizer.model.v1");

    private ModelTokenizers() {}

    /**
     * The tokenizer of a model, without its weights: of a GGUF file (which may hold nothing else), of a Hugging Face folder, or a
     * tokenizer file alone.
     *
     * @throws MoiraException if there is none, or of a kind that is not read
     */
    public static Tokenizer open(Path model) {
        Path path = ModelPath.of(model);
        if (Files.isDirectory(path)) {
            return ofFolder(path);
        }
        if (!Checkpoints.startsWithGguf(path)) {
            return Tokenizers.open(path);
        }
        try (Arena arena = Arena.ofConfined()) {
            return GgufVocabulary.read(GgufFile.read(path, arena).metadata(), path.toString());
        }
    }

    /** The tokenizer in a Hugging Face folder: the original before the converted one. */
    static Tokenizer ofFolder(Path folder) {
        for (String name : MODELS) {
            Path model = folder.resolve(name);
            if (Files.exists(model)) {
                LfsPointer.refuse(model);
                return SentencePieceModel.read(model);
            }
        }
        Path json = folder.resolve("tokenizer.json");
        if (Files.exists(json)) {
            LfsPointer.refuse(json);
            return TokenizerJson.read(json);
        }
        throw MoiraException.expected(folder.toString(), "tokenizer.model or tokenizer.json", "neither");
    }
}
