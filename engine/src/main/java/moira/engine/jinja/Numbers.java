package moira.engine.jinja;

/** Python's arithmetic on whole numbers of 64 bits and on doubles; a truth is 0 or 1. */
final class Numbers {
    private static final int LARGEST_POWER = 64;

    private Numbers() {}

    static boolean isNumber(Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    static boolean isWhole(Object value) {
        return value instanceof Boolean || (value instanceof Number && !(value instanceof Double));
    }

    static double real(Object value) {
        return value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).doubleValue();
    }

    /** A whole number: a place, a count, a bound. */
    static long integer(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean truth -> truth ? 1 : 0;
            case Undefined undefined -> throw new Problem(undefined.reason());
            case null, default ->
                throw new Problem("expected a whole number, found a value of type " + Words.type(value));
        };
    }

    static Object negated(Object value) {
        return apply("-", 0L, value);
    }

    static Object apply(String operator, Object left, Object right) {
        if (!isNumber(left) || !isNumber(right)) {
            throw Operators.unsupported(operator, left, right);
        }
        try {
            return isWhole(left) && isWhole(right) && !operator.equals("/")
                    ? whole(operator, integer(left), integer(right))
                    : real(operator, real(left), real(right));
        } catch (ArithmeticException e) {
            throw new Problem(left + " " + operator + " " + right + " has no value here");
        }
    }

    private static Object whole(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDivExact(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> power(left, right);
        };
    }

    private static Object power(long base, long exponent) {
        if (exponent < 0) {
            return real("**", base, exponent);
        }
        if (exponent > LARGEST_POWER && Math.abs(base) > 1) {
            throw new ArithmeticException();
        }
        return Math.powExact(base, (int) (exponent > LARGEST_POWER ? LARGEST_POWER + exponent % 2 : exponent));
    }

    private static Object real(String operator, double left, double right) {
        if (right == 0 && "//%".contains(operator)) {
            throw new ArithmeticException();
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            default -> Math.pow(left, right);
        };
    }
}
