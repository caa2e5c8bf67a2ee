package moira.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values as they are written, and what stands behind them: attributes, items, calls, filters, tests. */
final class PostfixParser {
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "is", "if", "not", "in");

    private final Tokens tokens;
    private final ExpressionParser expressions;

    PostfixParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** A value with its attributes, items and calls. */
    Expression primary() {
        Expression value = atom();
        while (true) {
            if (tokens.takeOperator(".")) {
                value = attribute(value);
            } else if (tokens.takeOperator("[")) {
                value = item(value);
            } else if (tokens.atOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    private Expression atom() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NUMBER -> (run, scope) -> token.value();
            case STRING -> string(token);
            case NAME -> name(token.text());
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> parenthesis();
                    case "[" -> list();
                    case "{" -> map();
                    default -> throw unexpected(token);
                };
            default -> throw unexpected(token);
        };
    }

    private static Problem unexpected(Token token) {
        return Problem.at(token.line(), "expected a value, found " + token);
    }

    /** Texts side by side are one. */
    private Expression string(Token first) {
        StringBuilder all = new StringBuilder(first.text());
        while (tokens.at(Token.Kind.STRING)) {
            all.append(tokens.take().text());
        }
        Text text = Text.written(all.toString());
        return (run, scope) -> text;
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> (run, scope) -> true;
            case "false", "False" -> (run, scope) -> false;
            case "none", "None" -> (run, scope) -> null;
            default ->
                (run, scope) -> {
                    run.step();
                    return scope.get(name);
                };
        };
    }

    private Expression parenthesis() {
        if (tokens.takeOperator(")")) {
            return (run, scope) -> Tuple.of(List.of());
        }
        Expression inside = expressions.tuple();
        tokens.expectOperator(")");
        return inside;
    }

    private Expression list() {
        List<Expression> all = new ArrayList<>();
        while (!tokens.takeOperator("]")) {
            all.add(expressions.expression());
            if (!tokens.atOperator("]")) {
                tokens.expectOperator(",");
            }
        }
        return (run, scope) -> run.made(ExpressionParser.values(all, run, scope));
    }

    private Expression map() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.takeOperator("}")) {
            keys.add(expressions.expression());
            tokens.expectOperator(":");
            values.add(expressions.expression());
            if (!tokens.atOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return (run, scope) -> {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                map.put(Values.key(keys.get(i).value(run, scope)), values.get(i).value(run, scope));
            }
            return run.made(map);
        };
    }

    private Expression attribute(Expression owner) {
        if (tokens.at(Token.Kind.NUMBER)) {
            Object index = tokens.take().value();
            return (run, scope) -> run.made(Items.item(run, owner.value(run, scope), index));
        }
        String name = tokens.expect(Token.Kind.NAME, "the name of an attribute").text();
        return (run, scope) -> run.made(Items.attribute(owner.value(run, scope), name));
    }

    /** An item, or with colons a slice. */
    private Expression item(Expression owner) {
        List<Expression> bounds = new ArrayList<>();
        Expression first = tokens.atOperator(":") ? null : expressions.tuple();
        if (tokens.takeOperator("]")) {
            return (run, scope) -> run.made(Items.item(run, owner.value(run, scope), first.value(run, scope)));
        }
        bounds.add(first);
        while (tokens.takeOperator(":") && bounds.size() < 3) {
            boolean given = !tokens.atOperator(":") && !tokens.atOperator("]");
            bounds.add(given ? expressions.expression() : null);
        }
        tokens.expectOperator("]");
        return (run, scope) -> {
            Object[] values = new Object[3];
            for (int i = 0; i < bounds.size(); i++) {
                values[i] = bounds.get(i) == null ? null : bounds.get(i).value(run, scope);
            }
            return run.made(Slices.of(run, owner.value(run, scope), values[0], values[1], values[2]));
        };
    }

    private Expression call(Expression function) {
        Called called = called(function);
        return (run, scope) -> called.value(run, scope, Map.of());
    }

    /** A call that may be given more arguments than are written. */
    interface Called {
        Object value(Run run, Scope scope, Map<String, Object> more);
    }

    /** The function whose name comes next, with its arguments. */
    Called called() {
        return called(name(tokens.expect(Token.Kind.NAME, "the name of a macro").text()));
    }

    private Called called(Expression function) {
        Calls arguments = arguments();
        return (run, scope, more) -> {
            Object called = function.value(run, scope);
            if (called instanceof Undefined undefined) {
                throw new Problem(undefined.reason());
            }
            if (!(called instanceof Callable callable)) {
                throw new Problem("a value of type " + Words.type(called) + " is no function");
            }
            Arguments values = arguments.values(run, scope);
            values.named().putAll(more);
            return run.made(callable.call(run, values));
        };
    }

    /** What a call gives to its function. */
    record Calls(List<Expression> positional, Map<String, Expression> named) {
        static final Calls NONE = new Calls(List.of(), Map.of());

        Arguments values(Run run, Scope scope) {
            run.step();
            Map<String, Object> values = new LinkedHashMap<>();
            named.forEach((name, one) -> values.put(name, one.value(run, scope)));
            return new Arguments(ExpressionParser.values(positional, run, scope), values);
        }
    }

    Calls arguments() {
        tokens.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!tokens.takeOperator(")")) {
            if (tokens.at(Token.Kind.NAME) && tokens.peekBehind().is(Token.Kind.OPERATOR, "=")) {
                String name = tokens.take().text();
                tokens.take();
                named.put(name, expressions.expression());
            } else {
                positional.add(expressions.expression());
            }
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new Calls(positional, named);
    }

    /** A value with its filters and tests, and calls of what they give. */
    Expression filtered(Expression first) {
        Expression value = first;
        while (true) {
            if (tokens.takeOperator("|")) {
                value = filter(value);
            } else if (tokens.takeName("is")) {
                value = test(value);
            } else if (tokens.atOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    private Expression filter(Expression value) {
        Step filter = filter();
        return (run, scope) -> filter.apply(run, scope, value.value(run, scope));
    }

    /** A filter with its arguments. */
    interface Step {
        Object apply(Run run, Scope scope, Object value);
    }

    /** The filter whose name comes next. */
    Step filter() {
        Filter filter = Filters.named(
                tokens.expect(Token.Kind.NAME, "the name of a filter").text());
        Calls arguments = tokens.atOperator("(") ? arguments() : Calls.NONE;
        return (run, scope, value) -> run.made(filter.apply(run, value, arguments.values(run, scope)));
    }

    private Expression test(Expression value) {
        boolean negated = tokens.takeName("not");
        Test test =
                Tests.named(tokens.expect(Token.Kind.NAME, "the name of a test").text());
        Calls arguments = testArguments();
        return (run, scope) -> test.holds(run, value.value(run, scope), arguments.values(run, scope)) != negated;
    }

    /** In brackets, or one value alone: {@code is divisibleby 3}. */
    private Calls testArguments() {
        if (tokens.atOperator("(")) {
            return arguments();
        }
        boolean value = tokens.at(Token.Kind.STRING)
                || tokens.at(Token.Kind.NUMBER)
                || tokens.atOperator("[")
                || tokens.atOperator("{")
                || (tokens.at(Token.Kind.NAME) && !tokens.atNameOf(NO_ARGUMENT));
        return value ? new Calls(List.of(primary()), Map.of()) : Calls.NONE;
    }
}
