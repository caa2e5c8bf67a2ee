package moira.engine.batching;

import java.util.Arrays;
import moira.engine.decoder.Sequence;

/** A course on its way. */
final class Member {
    final Course course;
    final Sequence sequence;
    /** What it has, and behind that the one token or the rest of the prompt that comes next. */
    private int[] tokens;

    private int count;

    /** @param reused tokens of the prompt that the sequence has already */
    Member(Course course, Sequence sequence) {
        this.course = course;
        this.sequence = sequence;
        tokens = course.prompt().clone();
        count = tokens.length;
    }

    int[] tokens() {
        return tokens;
    }

    /** Tokens that have not gone through the layers. */
    int waiting() {
        return count - sequence.position();
    }

    /** Whether its prompt is done, and one token follows another. */
    boolean grows() {
        return sequence.position() >= course.prompt().length;
    }

    void append(int token) {
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * count);
        }
        tokens[count++] = token;
    }

    /** The tokens that have left keys and values. */
    int[] done() {
        return Arrays.copyOf(tokens, sequence.position());
    }
}
