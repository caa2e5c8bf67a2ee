package moira.engine.family;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Pairing;

/**
 * The models of one kind: what their files call things, what a decoder of theirs is made of, and what is meant where a file does not say.
 * A family is one file of this package and a line in {@link Families}; nothing else knows its name.
 */
public interface Family {
    /** For people, traces and {@code synth}. */
    String name();

    /** The transformers library's {@code model_type}; the first is the usual one. */
    List<String> modelTypes();

    /** llama.cpp's {@code general.architecture}; the first is what is written. */
    List<String> ggufArchitectures();

    /** Whether a GGUF file of such an architecture is of this family; some share a name. */
    default boolean reads(GgufKeys keys) {
        return true;
    }

    /**
     * The decoder that files describe.
     *
     * @throws moira.engine.MoiraException if they lack something, or say what this family cannot mean
     */
    Architecture architecture(Keys keys);

    /** Which dimensions are turned together in the transformers library. */
    default Pairing huggingFacePairing() {
        return Pairing.HALVES;
    }

    /** The same in GGUF files, whose rows of queries and keys are permuted where it is another one. */
    default Pairing ggufPairing() {
        return Pairing.HALVES;
    }

    /** Methods of {@code quantization_config} in which weights of this family are read. */
    default List<String> quantisations() {
        return List.of();
    }

    /** Whether only the first dimensions of a head are turned. */
    default boolean turnsInPart() {
        return false;
    }

    /** Whether files have a layer more, to predict the token after the next one: it is not computed. */
    default boolean predictsAhead() {
        return false;
    }

    default WeightNames huggingFaceNames() {
        return Names.HUGGING_FACE;
    }

    default WeightNames ggufNames() {
        return Names.GGUF;
    }

    /** Puts what llama.cpp wants of this family beside what it wants of all ({@link GgufDescription}). */
    default void describe(Architecture architecture, GgufDescription gguf) {}
}
