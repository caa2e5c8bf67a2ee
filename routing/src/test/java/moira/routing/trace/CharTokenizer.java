package moira.routing.trace;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import moira.engine.tokenizer.StreamingDecoder;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Trust;

/** A tokenizer for tests: a token a character; 0 is BOS, the others are the character's number plus 1. */
public class CharTokenizer implements Tokenizer {
    @Override
    public int size() {
        return Character.MAX_VALUE + 2;
    }

    @Override
    public int[] encode(String text, Trust trust) {
        return text.chars().map(c -> c + 1).toArray();
    }

    @Override
    public String decode(boolean spellsSpecial, int... ids) {
        return IntStream.of(ids).filter(id -> id > 0).mapToObj(this::piece).collect(Collectors.joining());
    }

    @Override
    public StreamingDecoder streamingDecoder(boolean spellsSpecial) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String piece(int id) {
        return id == 0 ? "<s>" : String.valueOf((char) (id - 1));
    }

    @Override
    public boolean isSpecial(int id) {
        return id == 0;
    }

    @Override
    public int bos() {
        return 0;
    }

    @Override
    public int eos() {
        return -1;
    }

    @Override
    public boolean addsBos() {
        return true;
    }
}
