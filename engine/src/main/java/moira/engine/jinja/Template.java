package moira.engine.jinja;

import java.time.LocalDateTime;
import java.util.Map;
import moira.engine.MoiraException;

/** A template that was read. Immutable, shared by threads. */
public final class Template {
    private static final int LONGEST = 1 << 20;

    private final String where;
    private final Statement whole;

    private Template(String where, Statement whole) {
        this.where = where;
        this.whole = whole;
    }

    /**
     * Reads a template.
     *
     * @param where it comes from, for errors
     * @throws MoiraException if it is no Jinja, or needs what is not there: other files, unknown blocks, filters or tests
     */
    public static Template parse(String source, String where) {
        if (source.length() > LONGEST) {
            throw MoiraException.expected(
                    where, "a chat template of at most " + LONGEST + " characters", source.length());
        }
        try {
            return new Template(where, new StatementParser(new Tokens(Lexer.tokens(source))).template());
        } catch (Problem e) {
            throw new MoiraException(where + (e.line() > 0 ? ", line " + e.line() : "") + ": " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new MoiraException(where + ": its blocks and expressions lie too deep within each other", e);
        }
    }

    /**
     * Renders it. Values are plain Java: maps, lists, texts, numbers, truths, null.
     *
     * @param written values that belong to the model: their texts count as the template's own
     * @param said all others
     * @throws MoiraException if the template raises an error, does what cannot be done, or does not come to an end
     */
    public Text render(Map<String, ?> written, Map<String, ?> said, LocalDateTime now) {
        Scope scope = Functions.scope();
        written.forEach((name, value) -> scope.set(name, Given.written(value)));
        long input = 0;
        for (Map.Entry<String, ?> one : said.entrySet()) {
            Object value = Given.said(one.getValue());
            input += Given.characters(value);
            scope.set(one.getKey(), value);
        }
        Run run = new Run(now, input);
        try {
            Text.Builder out = new Text.Builder();
            whole.render(run, new Scope(scope), out);
            return out.toText();
        } catch (Problem e) {
            throw new MoiraException(where + ", line " + run.line() + ": " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new MoiraException(where + ", line " + run.line() + ": too much within each other", e);
        }
    }
}
