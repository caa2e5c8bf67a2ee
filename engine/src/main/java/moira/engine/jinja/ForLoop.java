package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code for target in elements if condition}
 *
 * @param condition null: all elements
 */
record ForLoop(
        Target target,
        Expression elements,
        Expression condition,
        boolean recursive,
        Statement body,
        Statement otherwise)
        implements Statement {

    @Override
    public Flow render(Run run, Scope scope, Text.Builder out) {
        return through(run, scope, out, elements.value(run, scope), 0);
    }

    private Flow through(Run run, Scope scope, Text.Builder out, Object value, int level) {
        run.enter();
        List<Object> chosen = chosen(run, scope, value);
        Flow flow = chosen.isEmpty() ? otherwise.render(run, scope, out) : turns(run, scope, out, chosen, level);
        run.leave();
        return flow;
    }

    private List<Object> chosen(Run run, Scope scope, Object value) {
        List<Object> all = Values.elements(run, value);
        run.made(all);
        if (condition == null) {
            return all;
        }
        List<Object> chosen = new ArrayList<>();
        for (Object one : all) {
            Scope inner = new Scope(scope);
            target.assign(run, inner, one);
            if (Values.isTrue(condition.value(run, inner))) {
                chosen.add(one);
            }
        }
        return chosen;
    }

    private Flow turns(Run run, Scope scope, Text.Builder out, List<Object> chosen, int level) {
        Loop loop = new Loop(
                chosen, level, recursive ? (again, arguments) -> recursion(again, scope, arguments, level) : null);
        for (int i = 0; i < chosen.size(); i++) {
            loop.at(i);
            run.step();
            Scope turn = new Scope(scope);
            turn.set("loop", loop);
            target.assign(run, turn, chosen.get(i));
            if (body.render(run, turn, out) == Flow.BREAK) {
                break;
            }
        }
        return Flow.ON;
    }

    private Object recursion(Run run, Scope scope, Arguments arguments, int level) {
        Text.Builder inner = new Text.Builder();
        through(run, scope, inner, arguments.get(0, "iterable"), level + 1);
        return inner.toText();
    }
}
