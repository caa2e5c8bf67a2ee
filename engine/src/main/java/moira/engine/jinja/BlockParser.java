package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Blocks by their names. */
final class BlockParser {
    private static final Statement NOTHING = (run, scope, out) -> Statement.Flow.ON;

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final StatementParser statements;

    BlockParser(Tokens tokens, ExpressionParser expressions, StatementParser statements) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.statements = statements;
    }

    /** The block whose name comes next. */
    Statement block() {
        Token name = tokens.expect(Token.Kind.NAME, "the name of a block");
        return switch (name.text()) {
            case "if" -> condition();
            case "for" -> loop();
            case "set" -> set();
            case "macro" -> macro();
            case "call" -> call();
            case "filter" -> filter();
            case "with" -> with();
            case "generation" -> generation();
            case "break" -> flow(Statement.Flow.BREAK);
            case "continue" -> flow(Statement.Flow.CONTINUE);
            default ->
                throw Problem.at(
                        name.line(),
                        "expected a block if, for, set, macro, call, filter, with, raw,"
                                + " generation, break or continue, found " + name);
        };
    }

    private Statement condition() {
        Expression condition = expressions.tuple();
        statements.blockEnd();
        Statement then = statements.body(Set.of("elif", "else", "endif"));
        Statement otherwise = switch (tokens.take().text()) {
            case "elif" -> condition();
            case "else" -> {
                statements.blockEnd();
                yield statements.bodyTo("endif");
            }
            default -> {
                statements.blockEnd();
                yield NOTHING;
            }
        };
        return (run, scope, out) -> {
            run.step();
            return (Values.isTrue(condition.value(run, scope)) ? then : otherwise).render(run, scope, out);
        };
    }

    private Statement loop() {
        Target target = Target.parse(tokens);
        tokens.expectName("in");
        Expression elements = unconditionalTuple();
        Expression condition = tokens.takeName("if") ? expressions.expression() : null;
        boolean recursive = tokens.takeName("recursive");
        statements.blockEnd();
        Statement body = statements.body(Set.of("else", "endfor"));
        Statement otherwise = NOTHING;
        boolean hasElse = tokens.take().text().equals("else");
        statements.blockEnd();
        if (hasElse) {
            otherwise = statements.bodyTo("endfor");
        }
        return new ForLoop(target, elements, condition, recursive, body, otherwise);
    }

    /** An {@code if} behind it is the loop's. */
    private Expression unconditionalTuple() {
        Expression first = expressions.unconditional();
        if (!tokens.atOperator(",")) {
            return first;
        }
        List<Expression> all = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",")) {
            all.add(expressions.unconditional());
        }
        return (run, scope) -> Tuple.of(ExpressionParser.values(all, run, scope));
    }

    private Statement set() {
        Target target = Target.parse(tokens);
        if (tokens.takeOperator("=")) {
            Expression value = expressions.tuple();
            statements.blockEnd();
            return (run, scope, out) -> {
                target.assign(run, scope, value.value(run, scope));
                return Statement.Flow.ON;
            };
        }
        Captured captured = captured("endset");
        return (run, scope, out) -> {
            target.assign(run, scope, captured.value(run, scope));
            return Statement.Flow.ON;
        };
    }

    private Statement filter() {
        Captured captured = filtered("endfilter", new ArrayList<>(List.of(expressions.filter())));
        return (run, scope, out) -> {
            out.append(Words.of(run, captured.value(run, scope)));
            return Statement.Flow.ON;
        };
    }

    /** What a body writes, through filters. */
    private interface Captured {
        Object value(Run run, Scope scope);
    }

    private Captured captured(String end) {
        return filtered(end, new ArrayList<>());
    }

    private Captured filtered(String end, List<PostfixParser.Step> filters) {
        while (tokens.takeOperator("|")) {
            filters.add(expressions.filter());
        }
        statements.blockEnd();
        Statement body = statements.bodyTo(end);
        return (run, scope) -> {
            Object value = run.made(rendered(body, run, new Scope(scope)));
            for (PostfixParser.Step one : filters) {
                value = one.apply(run, scope, value);
            }
            return value;
        };
    }

    private static Text rendered(Statement body, Run run, Scope scope) {
        Text.Builder out = new Text.Builder();
        body.render(run, scope, out);
        return out.toText();
    }

    private Statement macro() {
        String name = tokens.expect(Token.Kind.NAME, "the name of a macro").text();
        Signature signature = signature();
        statements.blockEnd();
        Statement body = statements.bodyTo("endmacro");
        return (run, scope, out) -> {
            scope.set(name, new Macro(signature.names(), signature.defaults(), body, scope));
            return Statement.Flow.ON;
        };
    }

    private record Signature(List<String> names, List<Expression> defaults) {}

    private Signature signature() {
        Signature signature = new Signature(new ArrayList<>(), new ArrayList<>());
        tokens.expectOperator("(");
        while (!tokens.takeOperator(")")) {
            signature.names().add(tokens.expect(Token.Kind.NAME, "a parameter").text());
            signature.defaults().add(tokens.takeOperator("=") ? expressions.expression() : null);
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return signature;
    }

    private Statement call() {
        Signature signature = tokens.atOperator("(") ? signature() : new Signature(List.of(), List.of());
        PostfixParser.Called called = expressions.called();
        statements.blockEnd();
        Statement body = statements.bodyTo("endcall");
        return (run, scope, out) -> {
            Macro caller = new Macro(signature.names(), signature.defaults(), body, scope);
            out.append(Words.of(run, called.value(run, scope, Map.of("caller", caller))));
            return Statement.Flow.ON;
        };
    }

    private Statement with() {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.at(Token.Kind.BLOCK_END)) {
            String name = tokens.expect(Token.Kind.NAME, "a name").text();
            targets.add((run, scope, value) -> scope.set(name, value));
            tokens.expectOperator("=");
            values.add(expressions.expression());
            if (!tokens.at(Token.Kind.BLOCK_END)) {
                tokens.expectOperator(",");
            }
        }
        statements.blockEnd();
        Statement body = statements.bodyTo("endwith");
        return (run, scope, out) -> {
            Scope inner = new Scope(scope);
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(run, inner, values.get(i).value(run, scope));
            }
            return body.render(run, inner, out);
        };
    }

    /** What the assistant says, marked for training: here as it stands. */
    private Statement generation() {
        statements.blockEnd();
        return statements.bodyTo("endgeneration");
    }

    private Statement flow(Statement.Flow flow) {
        statements.blockEnd();
        return (run, scope, out) -> flow;
    }
}
