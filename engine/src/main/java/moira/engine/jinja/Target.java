package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** What {@code set} and {@code for} give a value to. */
interface Target {
    void assign(Run run, Scope scope, Object value);

    /** A name, an attribute of a namespace, or several with commas. */
    static Target parse(Tokens tokens) {
        List<Target> all = new ArrayList<>();
        boolean several = false;
        do {
            if (tokens.at(Token.Kind.NAME) && !tokens.atName("in")) {
                all.add(one(tokens));
            } else {
                tokens.expectOperator("(");
                all.add(parse(tokens));
                tokens.expectOperator(")");
            }
            several |= tokens.atOperator(",");
        } while (tokens.takeOperator(",") && !tokens.atName("in"));
        return several ? (run, scope, value) -> unpack(run, scope, all, value) : all.getFirst();
    }

    private static Target one(Tokens tokens) {
        String name = tokens.take().text();
        if (!tokens.takeOperator(".")) {
            return (run, scope, value) -> scope.set(name, value);
        }
        String attribute =
                tokens.expect(Token.Kind.NAME, "the name of an attribute").text();
        return (run, scope, value) -> {
            if (!(scope.get(name) instanceof Namespace namespace)) {
                throw new Problem("cannot set an attribute of '" + name + "', which is no namespace");
            }
            namespace.set(attribute, value);
        };
    }

    private static void unpack(Run run, Scope scope, List<Target> targets, Object value) {
        List<Object> values = Values.elements(run, value);
        if (values.size() != targets.size()) {
            throw new Problem("expected " + targets.size() + " values to unpack, found " + values.size());
        }
        for (int i = 0; i < values.size(); i++) {
            targets.get(i).assign(run, scope, values.get(i));
        }
    }
}
