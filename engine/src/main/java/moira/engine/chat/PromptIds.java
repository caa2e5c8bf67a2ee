package moira.engine.chat;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/** The ids of a prompt in the making: control pieces by name, and texts, each of them encoded on its own. */
final class PromptIds {
    private final Tokenizer tokenizer;
    private final Map<String, Integer> controls;
    private final IntStream.Builder ids = IntStream.builder();

    PromptIds(Tokenizer tokenizer, Map<String, Integer> controls) {
        this.tokenizer = tokenizer;
        this.controls = controls;
    }

    /** The control pieces of a vocabulary and their ids. */
    static Map<String, Integer> controls(Tokenizer tokenizer) {
        Map<String, Integer> controls = new HashMap<>();
        for (int id = 0; id < tokenizer.size(); id++) {
            if (tokenizer.isSpecial(id)) {
                controls.put(tokenizer.piece(id), id);
            }
        }
        return controls;
    }

    PromptIds bos() {
        return add(tokenizer.bos(), "BOS");
    }

    PromptIds eos() {
        return add(tokenizer.eos(), "EOS");
    }

    PromptIds control(String piece) {
        return add(controls.getOrDefault(piece, -1), piece);
    }

    PromptIds text(String text) {
        return text(text, 0);
    }

    /** The ids of a text without the first ones. */
    PromptIds text(String text, int skip) {
        IntStream.of(tokenizer.encode(text)).skip(skip).forEach(ids);
        return this;
    }

    int[] toArray() {
        return ids.build().toArray();
    }

    private PromptIds add(int id, String piece) {
        if (id < 0) {
            throw MoiraException.expected("chat prompt", "a vocabulary with the control piece " + piece, "none");
        }
        ids.add(id);
        return this;
    }
}
