package moira.engine.jinja;

import java.util.List;

/**
 * A part of a template with parameters.
 *
 * @param defaults as many as there are names; null where an argument has none
 * @param home where it was defined: its names are those that it sees
 */
record Macro(List<String> names, List<Expression> defaults, Statement body, Scope home) implements Callable {
    @Override
    public Object call(Run run, Arguments arguments) {
        run.enter();
        Scope scope = new Scope(home);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Object given = arguments.get(i, name, Undefined.name(name));
            boolean absent =
                    i >= arguments.positional().size() && !arguments.named().containsKey(name);
            Expression otherwise = defaults.get(i);
            scope.set(name, absent && otherwise != null ? otherwise.value(run, scope) : given);
        }
        if (arguments.named().containsKey("caller")) {
            scope.set("caller", arguments.named().get("caller"));
        }
        scope.set("varargs", Tuple.of(arguments.from(names.size()).positional()));
        Text.Builder out = new Text.Builder();
        body.render(run, scope, out);
        run.leave();
        return out.toText();
    }
}
