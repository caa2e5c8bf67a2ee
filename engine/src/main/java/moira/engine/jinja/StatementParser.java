package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Data, values that are written, and blocks. */
final class StatementParser {
    private static final int DEEPEST = 100;

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final BlockParser blocks;
    private int depth;

    StatementParser(Tokens tokens) {
        this.tokens = tokens;
        expressions = new ExpressionParser(tokens);
        blocks = new BlockParser(tokens, expressions, this);
    }

    Statement template() {
        Statement whole = body(Set.of());
        if (!tokens.at(Token.Kind.END)) {
            throw tokens.unexpected("the end of the template");
        }
        return whole;
    }

    /** All up to a block of one of these names, whose name comes next; without names up to the end. */
    Statement body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw Problem.at(tokens.peek().line(), "more than " + DEEPEST + " blocks within each other");
        }
        List<Statement> all = new ArrayList<>();
        while (!tokens.at(Token.Kind.END)) {
            Token token = tokens.take();
            if (token.kind() == Token.Kind.DATA) {
                Text data = Text.written(token.text());
                all.add((run, scope, out) -> written(run, out, data));
            } else if (token.kind() == Token.Kind.VARIABLE_BEGIN) {
                all.add(output(token.line()));
            } else if (tokens.atNameOf(ends)) {
                depth--;
                return sequence(all);
            } else {
                Statement block = blocks.block();
                all.add((run, scope, out) -> {
                    run.at(token.line());
                    return block.render(run, scope, out);
                });
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.unexpected(
                    "a block " + String.join(" or ", ends.stream().sorted().toList()));
        }
        depth--;
        return sequence(all);
    }

    /** The same with its last mark, whose name is one alone. */
    Statement bodyTo(String end) {
        Statement body = body(Set.of(end));
        tokens.take();
        blockEnd();
        return body;
    }

    void blockEnd() {
        tokens.expect(Token.Kind.BLOCK_END, "'%}'");
    }

    private Statement output(int line) {
        Expression value = expressions.tuple();
        tokens.expect(Token.Kind.VARIABLE_END, "'}}'");
        return (run, scope, out) -> {
            run.at(line);
            return written(run, out, Words.of(run, value.value(run, scope)));
        };
    }

    private static Statement.Flow written(Run run, Text.Builder out, Text text) {
        run.look(text.length());
        out.append(text);
        return Statement.Flow.ON;
    }

    private static Statement sequence(List<Statement> all) {
        return (run, scope, out) -> {
            for (Statement one : all) {
                Statement.Flow flow = one.render(run, scope, out);
                if (flow != Statement.Flow.ON) {
                    return flow;
                }
            }
            return Statement.Flow.ON;
        };
    }
}
