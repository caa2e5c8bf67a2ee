package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A text of which every character knows where it comes from: from the template, or from what somebody said. Immutable; equal to every
 * text of the same characters, whoever wrote them.
 */
public final class Text implements Comparable<Text> {
    static final Text EMPTY = new Text("", "");
    /** Characters of one text at most: a template that wants more means harm. */
    static final int LONGEST = 1 << 24;

    private static final String WRITTEN = "w";
    private static final String SAID = "s";

    private final String chars;
    /** As many characters as the text has, each of them the origin of one. What cuts and joins the text cuts and joins them alike. */
    private final String origins;
    /** Characters as Python counts them, once counted. */
    private int size = -1;

    private Text(String chars, String origins) {
        this.chars = chars;
        this.origins = origins;
    }

    /** A text of the template's own. */
    static Text written(String chars) {
        return new Text(chars, WRITTEN.repeat(chars.length()));
    }

    /** A text that somebody said. */
    static Text said(String chars) {
        return new Text(chars, SAID.repeat(chars.length()));
    }

    /** Whether the template itself wrote all characters of a range. */
    public boolean isWritten(int from, int to) {
        int said = origins.indexOf(SAID, from);
        return said < 0 || said >= to;
    }

    /** UTF-16 units; see {@link #size} for characters. */
    public int length() {
        return chars.length();
    }

    boolean isEmpty() {
        return chars.isEmpty();
    }

    /** Characters as Python counts them. */
    int size() {
        if (size < 0) {
            size = chars.codePointCount(0, chars.length());
        }
        return size;
    }

    /** Where the character of a number begins. */
    int unit(int character) {
        return size() == chars.length() ? character : chars.offsetByCodePoints(0, character);
    }

    /** The units before one. */
    public Text to(int end) {
        return cut(0, end);
    }

    /** The units from one to before another. */
    Text cut(int from, int to) {
        return from == 0 && to == chars.length()
                ? this
                : new Text(chars.substring(from, to), origins.substring(from, to));
    }

    /** One character, by its number. */
    Text character(int index) {
        int from = unit(index);
        return cut(from, chars.offsetByCodePoints(from, 1));
    }

    /** All characters one by one. */
    List<Object> characters() {
        List<Object> characters = new ArrayList<>(size());
        for (int from = 0, to; from < chars.length(); from = to) {
            to = chars.offsetByCodePoints(from, 1);
            characters.add(cut(from, to));
        }
        return characters;
    }

    Text plus(Text other) {
        return new Builder().append(this).append(other).toText();
    }

    /** Other characters in the place of these: somebody said them if he said any of these. */
    Text like(String other) {
        return origins.contains(SAID) ? said(other) : written(other);
    }

    /** Each stretch of one origin changed as a whole. */
    Text changed(UnaryOperator<String> change) {
        Builder changed = new Builder();
        for (int from = 0, to; from < chars.length(); from = to) {
            String other = origins.startsWith(SAID, from) ? WRITTEN : SAID;
            int end = origins.indexOf(other, from);
            to = end < 0 ? chars.length() : end;
            changed.append(cut(from, to).like(change.apply(chars.substring(from, to))));
        }
        return changed.toText();
    }

    @Override
    public int compareTo(Text other) {
        return chars.compareTo(other.chars);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Text text && chars.equals(text.chars);
    }

    @Override
    public int hashCode() {
        return chars.hashCode();
    }

    /** The characters alone. */
    @Override
    public String toString() {
        return chars;
    }

    /** Grows to {@link #LONGEST} and no further. */
    static final class Builder {
        private final StringBuilder chars = new StringBuilder();
        private final StringBuilder origins = new StringBuilder();

        Builder append(Text text) {
            room(text.length());
            chars.append(text.chars);
            origins.append(text.origins);
            return this;
        }

        /** A range of a text's units. */
        Builder append(Text text, int from, int to) {
            room(to - from);
            chars.append(text.chars, from, to);
            origins.append(text.origins, from, to);
            return this;
        }

        /** What the template writes. */
        Builder write(String text) {
            room(text.length());
            chars.append(text);
            origins.repeat(WRITTEN, text.length());
            return this;
        }

        Builder repeat(Text text, long times) {
            if (times * text.length() > LONGEST) {
                throw tooLong();
            }
            for (long i = 0; i < times; i++) {
                append(text);
            }
            return this;
        }

        int length() {
            return chars.length();
        }

        Text toText() {
            return new Text(chars.toString(), origins.toString());
        }

        private void room(int more) {
            if (chars.length() + (long) more > LONGEST) {
                throw tooLong();
            }
        }

        private static Problem tooLong() {
            return new Problem("a text of more than " + LONGEST + " characters");
        }
    }
}
