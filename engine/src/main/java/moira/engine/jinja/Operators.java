package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** What stands between two values and gives a third. */
final class Operators {
    /** Elements of a list that is repeated. */
    private static final long MOST = 1 << 20;

    private Operators() {}

    static Object apply(Run run, String operator, Object left, Object right) {
        run.look(Values.extent(left) + Values.extent(right));
        refuse(left);
        refuse(right);
        return switch (operator) {
            case "+" -> plus(left, right);
            case "*" -> times(left, right);
            case "%" -> left instanceof Text text ? Formats.percent(run, text, right) : Numbers.apply("%", left, right);
            default -> Numbers.apply(operator, left, right);
        };
    }

    private static void refuse(Object value) {
        if (value instanceof Undefined undefined) {
            throw new Problem(undefined.reason());
        }
    }

    private static Object plus(Object left, Object right) {
        if (left instanceof Text first && right instanceof Text second) {
            return first.plus(second);
        }
        if (left instanceof List<?> first && right instanceof List<?> second) {
            List<Object> both = new ArrayList<>(first);
            both.addAll(second);
            return left instanceof Tuple ? Tuple.of(both) : both;
        }
        if (left instanceof Text) {
            throw new Problem("can only concatenate str (not \"" + Words.type(right) + "\") to str");
        }
        return Numbers.apply("+", left, right);
    }

    private static Object times(Object left, Object right) {
        if (right instanceof Text || right instanceof List) {
            return left instanceof Text || left instanceof List ? Numbers.apply("*", left, right) : times(right, left);
        }
        if (left instanceof Text text && Numbers.isWhole(right)) {
            return new Text.Builder()
                    .repeat(text, Math.clamp(Numbers.integer(right), 0, Text.LONGEST + 1))
                    .toText();
        }
        if (left instanceof List<?> list && Numbers.isWhole(right)) {
            long times = Math.clamp(Numbers.integer(right), 0, MOST + 1);
            if (times * list.size() > MOST) {
                throw new Problem("a list of more than " + MOST + " elements");
            }
            List<Object> all = new ArrayList<>();
            for (long i = 0; i < times; i++) {
                all.addAll(list);
            }
            return left instanceof Tuple ? Tuple.of(all) : all;
        }
        return Numbers.apply("*", left, right);
    }

    static Problem unsupported(String operator, Object left, Object right) {
        return new Problem("unsupported operand types for " + operator + ": '" + Words.type(left) + "' and '"
                + Words.type(right) + "'");
    }
}
