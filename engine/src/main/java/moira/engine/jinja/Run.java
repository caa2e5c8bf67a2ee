package moira.engine.jinja;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/** One rendering: where it is, what time it is, and how much it may still do. */
final class Run {
    /** About a second's work. */
    private static final long STEPS = 20_000_000;
    /** A step goes over so many characters or elements. */
    private static final int PER_STEP = 16;
    /** Characters of all texts together that a template may make besides its input, and how often it may copy its input. */
    private static final long CHARACTERS = 1L << 25;

    private static final int COPIES = 64;
    /** What an element of a list takes, in characters: as a reference, or as a short text of its own. */
    private static final int PER_REFERENCE = 4;

    private static final int PER_TEXT = 32;
    private static final int DEEPEST = 200;
    /** Elements of a list. */
    private static final int MOST = 1 << 20;

    private final LocalDateTime now;
    private long steps = STEPS;
    private long characters;
    private int depth;
    private int line = 1;

    /** @param input characters of all that is given */
    Run(LocalDateTime now, long input) {
        this.now = now;
        characters = CHARACTERS + COPIES * input;
    }

    LocalDateTime now() {
        return now;
    }

    /** The line of the statement that runs. */
    int line() {
        return line;
    }

    void at(int line) {
        this.line = line;
        step();
    }

    void step() {
        if (--steps < 0) {
            throw new Problem("more than " + STEPS + " steps");
        }
    }

    /** Looks at so many characters or elements. */
    void look(long many) {
        steps -= many / PER_STEP;
        step();
    }

    /** A value that was made: its size counts. */
    Object made(Object value) {
        switch (value) {
            case Text text -> {
                look(text.length());
                characters -= text.length();
                if (characters < 0) {
                    throw new Problem("more text made than a conversation can need");
                }
            }
            case List<?> list -> many(list.size(), !list.isEmpty() && list.getFirst() instanceof Text);
            case Map<?, ?> map -> many(map.size(), false);
            case null, default -> step();
        }
        return value;
    }

    private void many(int size, boolean texts) {
        if (size > MOST) {
            throw new Problem("more than " + MOST + " elements in one value");
        }
        characters -= (long) size * (texts ? PER_TEXT : PER_REFERENCE);
        look(size);
        if (characters < 0) {
            throw new Problem("more values made than a conversation can need");
        }
    }

    void enter() {
        if (++depth > DEEPEST) {
            throw new Problem("more than " + DEEPEST + " macros and loops within each other");
        }
    }

    void leave() {
        depth--;
    }
}
