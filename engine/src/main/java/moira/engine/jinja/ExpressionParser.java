package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** Expressions, from the operators that bind least to those that bind most. */
final class ExpressionParser {
    private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");
    private static final int DEEPEST = 200;

    private final Tokens tokens;
    private final PostfixParser postfix;
    private int depth;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
        postfix = new PostfixParser(tokens, this);
    }

    /** Without commas at its top. */
    Expression expression() {
        if (++depth > DEEPEST) {
            throw Problem.at(tokens.peek().line(), "an expression of more than " + DEEPEST + " levels");
        }
        Expression whole = conditional(or());
        depth--;
        return whole;
    }

    PostfixParser.Step filter() {
        return postfix.filter();
    }

    PostfixParser.Called called() {
        return postfix.called();
    }

    /** The same where an {@code if} behind it belongs to a loop. */
    Expression unconditional() {
        return or();
    }

    /** One, or with commas a tuple. */
    Expression tuple() {
        Expression first = expression();
        if (!tokens.atOperator(",")) {
            return first;
        }
        List<Expression> all = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",")) {
            if (tokens.at(Token.Kind.VARIABLE_END) || tokens.at(Token.Kind.BLOCK_END) || tokens.atOperator(")")) {
                break;
            }
            all.add(expression());
        }
        return (run, scope) -> run.made(Tuple.of(values(all, run, scope)));
    }

    static List<Object> values(List<Expression> all, Run run, Scope scope) {
        List<Object> values = new ArrayList<>(all.size());
        all.forEach(one -> values.add(one.value(run, scope)));
        return values;
    }

    private Expression conditional(Expression first) {
        Expression whole = first;
        while (tokens.takeName("if")) {
            Expression then = whole;
            Expression condition = or();
            Expression otherwise = tokens.takeName("else") ? expression() : null;
            whole = (run, scope) -> {
                run.step();
                if (Values.isTrue(condition.value(run, scope))) {
                    return then.value(run, scope);
                }
                return otherwise == null
                        ? new Undefined("an 'if' without 'else' has no value")
                        : otherwise.value(run, scope);
            };
        }
        return whole;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.takeName("or")) {
            Expression first = left;
            Expression second = and();
            left = (run, scope) -> {
                run.step();
                Object value = first.value(run, scope);
                return Values.isTrue(value) ? value : second.value(run, scope);
            };
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.takeName("and")) {
            Expression first = left;
            Expression second = not();
            left = (run, scope) -> {
                run.step();
                Object value = first.value(run, scope);
                return Values.isTrue(value) ? second.value(run, scope) : value;
            };
        }
        return left;
    }

    private Expression not() {
        if (!tokens.takeName("not")) {
            return comparison();
        }
        if (++depth > DEEPEST) {
            throw tokens.unexpected("fewer than " + DEEPEST + " 'not' in a row");
        }
        Expression negated = not();
        depth--;
        return (run, scope) -> !Values.isTrue(negated.value(run, scope));
    }

    /** {@code a < b <= c} is {@code a < b and b <= c}. */
    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        for (String operator = comparator(); !operator.isEmpty(); operator = comparator()) {
            operators.add(operator);
            others.add(sum());
        }
        if (operators.isEmpty()) {
            return first;
        }
        return (run, scope) -> {
            Object left = first.value(run, scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = others.get(i).value(run, scope);
                if (!Values.compare(run, operators.get(i), left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private String comparator() {
        if (tokens.at(Token.Kind.OPERATOR) && COMPARISONS.contains(tokens.peek().text())) {
            return tokens.take().text();
        }
        if (tokens.takeName("in")) {
            return "in";
        }
        Token behind = tokens.peekBehind();
        if (tokens.atName("not") && behind.is(Token.Kind.NAME, "in")) {
            tokens.take();
            tokens.take();
            return "not in";
        }
        return "";
    }

    private Expression sum() {
        Expression left = joined();
        while (tokens.atOperator("+") || tokens.atOperator("-")) {
            left = operation(left, tokens.take().text(), joined());
        }
        return left;
    }

    private Expression joined() {
        Expression first = product();
        if (!tokens.atOperator("~")) {
            return first;
        }
        List<Expression> all = new ArrayList<>(List.of(first));
        while (tokens.takeOperator("~")) {
            all.add(product());
        }
        return (run, scope) -> {
            Text.Builder text = new Text.Builder();
            all.forEach(one -> text.append(Words.of(run, one.value(run, scope))));
            return run.made(text.toText());
        };
    }

    private Expression product() {
        Expression left = power();
        while (tokens.atOperator("*") || tokens.atOperator("/") || tokens.atOperator("//") || tokens.atOperator("%")) {
            left = operation(left, tokens.take().text(), power());
        }
        return left;
    }

    private Expression power() {
        Expression left = signed(true);
        while (tokens.takeOperator("**")) {
            left = operation(left, "**", signed(true));
        }
        return left;
    }

    private Expression operation(Expression left, String operator, Expression right) {
        return (run, scope) ->
                run.made(Operators.apply(run, operator, left.value(run, scope), right.value(run, scope)));
    }

    private Expression signed(boolean filters) {
        if (tokens.atOperator("-") || tokens.atOperator("+")) {
            boolean negative = tokens.take().text().equals("-");
            if (++depth > DEEPEST) {
                throw tokens.unexpected("fewer than " + DEEPEST + " signs in a row");
            }
            Expression positive = signed(false);
            depth--;
            Expression value = negative ? (run, scope) -> Numbers.negated(positive.value(run, scope)) : positive;
            return filters ? postfix.filtered(value) : value;
        }
        Expression value = postfix.primary();
        return filters ? postfix.filtered(value) : value;
    }
}
