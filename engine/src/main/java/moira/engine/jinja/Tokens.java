package moira.engine.jinja;

import java.util.List;
import java.util.Set;

/** The tokens of a template, read from the first to the last. */
final class Tokens {
    private final List<Token> tokens;
    private int next;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    Token peekBehind() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    /** The end stays for ever. */
    Token take() {
        Token token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    boolean at(Token.Kind kind) {
        return peek().kind() == kind;
    }

    boolean atOperator(String operator) {
        return peek().is(Token.Kind.OPERATOR, operator);
    }

    boolean atName(String name) {
        return peek().is(Token.Kind.NAME, name);
    }

    boolean atNameOf(Set<String> names) {
        return at(Token.Kind.NAME) && names.contains(peek().text());
    }

    boolean takeOperator(String operator) {
        boolean there = atOperator(operator);
        if (there) {
            take();
        }
        return there;
    }

    boolean takeName(String name) {
        boolean there = atName(name);
        if (there) {
            take();
        }
        return there;
    }

    void expectOperator(String operator) {
        if (!takeOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    void expectName(String name) {
        if (!takeName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    Token expect(Token.Kind kind, String what) {
        if (!at(kind)) {
            throw unexpected(what);
        }
        return take();
    }

    Problem unexpected(String expected) {
        return Problem.at(peek().line(), "expected " + expected + ", found " + peek());
    }
}
