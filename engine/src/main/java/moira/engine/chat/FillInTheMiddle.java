package moira.engine.chat;

import moira.engine.tokenizer.Tokenizer;

/** The prompt of a model that writes what stands between two texts: Mistral v3, as Codestral was trained. */
public final class FillInTheMiddle {
    /** Put before the suffix so that the tokenizer's leading space falls on it; both are then dropped. */
    private static final String GUARD = "\u263A";

    private static final int GUARD_IDS = 2;

    private FillInTheMiddle() {}

    /**
     * The ids of a prompt that the model continues with the text after {@code before}.
     *
     * @throws moira.engine.MoiraException if the vocabulary has no pieces for it
     */
    public static int[] prompt(Tokenizer tokenizer, String before, String after) {
        return new PromptIds(tokenizer, PromptIds.controls(tokenizer))
                .bos()
                .control("[SUFFIX]")
                .text(GUARD + after, GUARD_IDS)
                .control("[PREFIX]")
                .text(before)
                .toArray();
    }
}
