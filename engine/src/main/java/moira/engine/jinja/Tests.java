package moira.engine.jinja;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The tests by name. */
final class Tests {
    private static final Map<String, Test> TESTS = Map.ofEntries(
            Map.entry("defined", (run, value, arguments) -> !(value instanceof Undefined)),
            Map.entry("undefined", (run, value, arguments) -> value instanceof Undefined),
            Map.entry("none", (run, value, arguments) -> value == null),
            Map.entry("boolean", (run, value, arguments) -> value instanceof Boolean),
            Map.entry("true", (run, value, arguments) -> Boolean.TRUE.equals(value)),
            Map.entry("false", (run, value, arguments) -> Boolean.FALSE.equals(value)),
            Map.entry("integer", (run, value, arguments) -> Numbers.isWhole(value) && !(value instanceof Boolean)),
            Map.entry("float", (run, value, arguments) -> value instanceof Double),
            Map.entry("number", (run, value, arguments) -> Numbers.isNumber(value)),
            Map.entry("string", (run, value, arguments) -> value instanceof Text),
            Map.entry("mapping", (run, value, arguments) -> value instanceof Map),
            Map.entry("sequence", (run, value, arguments) -> isSequence(value)),
            Map.entry("iterable", (run, value, arguments) -> isSequence(value)),
            Map.entry("callable", (run, value, arguments) -> value instanceof Callable),
            Map.entry("odd", (run, value, arguments) -> Math.floorMod(Numbers.integer(value), 2) == 1),
            Map.entry("even", (run, value, arguments) -> Math.floorMod(Numbers.integer(value), 2) == 0),
            Map.entry(
                    "divisibleby",
                    (run, value, arguments) ->
                            Values.equal(run, Numbers.apply("%", value, arguments.get(0, "num")), 0L)),
            Map.entry("upper", (run, value, arguments) -> TextMethods.isUpper(Words.of(run, value))),
            Map.entry("lower", (run, value, arguments) -> TextMethods.isLower(Words.of(run, value))),
            Map.entry("sameas", (run, value, arguments) -> isSame(run, value, arguments.get(0, "other"))),
            Map.entry("escaped", (run, value, arguments) -> false),
            Map.entry("in", (run, value, arguments) -> Values.contains(run, arguments.get(0, "seq"), value)),
            Map.entry("equalto", comparison("==")),
            Map.entry("eq", comparison("==")),
            Map.entry("==", comparison("==")),
            Map.entry("ne", comparison("!=")),
            Map.entry("!=", comparison("!=")),
            Map.entry("lt", comparison("<")),
            Map.entry("lessthan", comparison("<")),
            Map.entry("<", comparison("<")),
            Map.entry("le", comparison("<=")),
            Map.entry("<=", comparison("<=")),
            Map.entry("gt", comparison(">")),
            Map.entry("greaterthan", comparison(">")),
            Map.entry(">", comparison(">")),
            Map.entry("ge", comparison(">=")),
            Map.entry(">=", comparison(">=")));

    private Tests() {}

    static Test named(String name) {
        Test test = TESTS.get(name);
        if (test == null) {
            throw new Problem(
                    "no test is named '" + name + "'; there are " + String.join(", ", new TreeSet<>(TESTS.keySet())));
        }
        return test;
    }

    private static Test comparison(String operator) {
        return (run, value, arguments) -> Values.compare(run, operator, value, arguments.get(0, "other"));
    }

    private static boolean isSequence(Object value) {
        return value instanceof List || value instanceof Map || value instanceof Text || value instanceof Undefined;
    }

    private static boolean isSame(Run run, Object value, Object other) {
        boolean kinds = Words.type(value).equals(Words.type(other));
        return kinds && Values.equal(run, value, other);
    }
}
