package moira.cli;

import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/** Text into a model and out of it. */
final class Prompts {
    private Prompts() {}

    /** The tokens of a text that starts a sequence. */
    static int[] tokens(Tokenizer tokenizer, String text) {
        int[] ids = tokenizer.encode(text);
        if (tokenizer.addsBos() && tokenizer.bos() >= 0) {
            ids = IntStream.concat(IntStream.of(tokenizer.bos()), IntStream.of(ids))
                    .toArray();
        }
        if (ids.length == 0) {
            throw MoiraException.expected("prompt", "at least one token", "an empty text, and the model has no BOS");
        }
        return ids;
    }

    /**
     * Prints a piece of an answer at once.
     *
     * @throws MoiraException if it cannot be written: nobody waits for the rest
     */
    static void print(String text) {
        System.out.print(text);
        if (System.out.checkError()) {
            throw new MoiraException("stdout: cannot be written");
        }
    }
}
