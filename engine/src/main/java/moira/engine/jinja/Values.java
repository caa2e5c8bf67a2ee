package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Truth, equality and order as Python has them. */
final class Values {
    private Values() {}

    static boolean isTrue(Object value) {
        return switch (value) {
            case null -> false;
            case Undefined _ -> false;
            case Boolean truth -> truth;
            case Number number -> number.doubleValue() != 0;
            case Text text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /** Characters or elements. */
    static int extent(Object value) {
        return switch (value) {
            case Text text -> text.length();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null, default -> 1;
        };
    }

    static Text text(Object value) {
        return switch (value) {
            case Text text -> text;
            case Undefined undefined -> throw new Problem(undefined.reason());
            case null, default -> throw new Problem("expected a text, found a value of type " + Words.type(value));
        };
    }

    /** A value that a map can find again. */
    static Object key(Object value) {
        return switch (value) {
            case Boolean truth -> truth ? 1L : 0L;
            case Double number when number == number.longValue() -> number.longValue();
            case List<?> _, Map<?, ?> _ -> throw new Problem("a value of type " + Words.type(value) + " is no key");
            case null, default -> value;
        };
    }

    /** The elements of a list, the keys of a map, the characters of a text. */
    static List<Object> elements(Run run, Object value) {
        run.look(extent(value));
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case Text text -> text.characters();
            case Undefined _ -> new ArrayList<>();
            case null, default -> throw new Problem("'" + Words.type(value) + "' object is not iterable");
        };
    }

    static boolean equal(Run run, Object left, Object right) {
        run.step();
        if (left instanceof Long && right instanceof Long) {
            return left.equals(right);
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.real(left) == Numbers.real(right);
        }
        return switch (left) {
            case Text text -> {
                run.look(text.length());
                yield text.equals(right);
            }
            case List<?> list -> right instanceof List<?> other && equalLists(run, list, other);
            case Map<?, ?> map -> right instanceof Map<?, ?> other && equalMaps(run, map, other);
            case null -> right == null;
            default -> Objects.equals(left, right);
        };
    }

    private static boolean equalLists(Run run, List<?> left, List<?> right) {
        boolean equal = left.size() == right.size() && left instanceof Tuple == right instanceof Tuple;
        for (int i = 0; equal && i < left.size(); i++) {
            equal = equal(run, left.get(i), right.get(i));
        }
        return equal;
    }

    private static boolean equalMaps(Run run, Map<?, ?> left, Map<?, ?> right) {
        return left.size() == right.size()
                && left.entrySet().stream()
                        .allMatch(entry -> right.containsKey(entry.getKey())
                                && equal(run, entry.getValue(), right.get(entry.getKey())));
    }

    static boolean compare(Run run, String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> equal(run, left, right);
            case "!=" -> !equal(run, left, right);
            case "in" -> contains(run, right, left);
            case "not in" -> !contains(run, right, left);
            case "<" -> order(run, operator, left, right) < 0;
            case "<=" -> order(run, operator, left, right) <= 0;
            case ">" -> order(run, operator, left, right) > 0;
            default -> order(run, operator, left, right) >= 0;
        };
    }

    static int order(Run run, String operator, Object left, Object right) {
        run.step();
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return left instanceof Long first && right instanceof Long second
                    ? Long.compare(first, second)
                    : Double.compare(Numbers.real(left), Numbers.real(right));
        }
        if (left instanceof Text first && right instanceof Text second) {
            run.look(Math.min(first.length(), second.length()));
            return first.compareTo(second);
        }
        if (left instanceof List<?> first && right instanceof List<?> second) {
            for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
                if (!equal(run, first.get(i), second.get(i))) {
                    return order(run, operator, first.get(i), second.get(i));
                }
            }
            return Integer.compare(first.size(), second.size());
        }
        throw new Problem("'" + operator + "' is not supported between '" + Words.type(left) + "' and '"
                + Words.type(right) + "'");
    }

    static boolean contains(Run run, Object container, Object value) {
        return switch (container) {
            case Text text -> Search.first(run, text, text(value), 0) >= 0;
            case Map<?, ?> map -> map.containsKey(key(value));
            case List<?> list -> list.stream().anyMatch(one -> equal(run, one, value));
            case Undefined _ -> false;
            case null, default -> throw new Problem("argument of type '" + Words.type(container) + "' is not iterable");
        };
    }
}
