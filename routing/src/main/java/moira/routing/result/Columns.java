package moira.routing.result;

import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A query's result, column by column: {@code values.get(c).get(row)}. */
public record Columns(List<String> names, List<List<Object>> values) {
    private static final MathContext FOUR_DIGITS = new MathContext(4);

    /** Collects rows. */
    public static final class Builder {
        private final List<String> names = new ArrayList<>();
        private final List<List<Object>> values = new ArrayList<>();

        public void add(ResultSet row) throws SQLException {
            for (int c = names.size(); c < row.getMetaData().getColumnCount(); c++) {
                names.add(row.getMetaData().getColumnLabel(c + 1));
                values.add(new ArrayList<>());
            }
            for (int c = 0; c < names.size(); c++) {
                values.get(c).add(row.getObject(c + 1));
            }
        }

        /** A query without rows has no columns either. */
        public Columns build() {
            return new Columns(names, values);
        }
    }

    public int rows() {
        return values.isEmpty() ? 0 : values.getFirst().size();
    }

    public Object get(int row, String name) {
        return values.get(names.indexOf(name)).get(row);
    }

    public int integer(int row, String name) {
        return ((Number) get(row, name)).intValue();
    }

    /** A number; NaN where the table has none. */
    public double number(int row, String name) {
        return get(row, name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    public String string(int row, String name) {
        return String.valueOf(get(row, name));
    }

    /** The same, with every value of one column changed. */
    public Columns map(String name, UnaryOperator<Object> change) {
        List<List<Object>> changed = new ArrayList<>(values);
        for (int c = 0; c < changed.size(); c++) {
            if (names.get(c).equals(name)) {
                changed.set(c, values.get(c).stream().map(change).toList());
            }
        }
        return new Columns(names, changed);
    }

    /** The rows whose value in one column fulfils a condition. */
    public Columns where(String name, Predicate<Object> condition) {
        List<Object> tested = names.isEmpty() ? List.of() : values.get(names.indexOf(name));
        int[] kept = IntStream.range(0, rows())
                .filter(row -> condition.test(tested.get(row)))
                .toArray();
        return new Columns(
                names,
                values.stream()
                        .map(column -> Arrays.stream(kept).mapToObj(column::get).collect(Collectors.toList()))
                        .toList());
    }

    /**
     * The columns as the page embeds them: numbers with four significant digits, and a column of strings as its distinct
     * {@code values} and a {@code codes} entry a row, for names of domains repeat thousands of times.
     */
    public Map<String, Object> encoded() {
        Map<String, Object> encoded = new LinkedHashMap<>();
        for (int c = 0; c < names.size(); c++) {
            encoded.put(names.get(c), encode(values.get(c)));
        }
        return encoded;
    }

    private static Object encode(List<Object> column) {
        if (column.stream().anyMatch(String.class::isInstance)) {
            Set<Object> distinct = new LinkedHashSet<>(column);
            Map<Object, Integer> codes = new LinkedHashMap<>();
            distinct.forEach(value -> codes.put(value, codes.size()));
            return Map.of(
                    "values",
                    new ArrayList<>(distinct),
                    "codes",
                    column.stream().map(codes::get).toList());
        }
        List<Object> rounded = new ArrayList<>();
        column.forEach(value -> rounded.add(round(value)));
        return rounded;
    }

    /** Counts stay whole; what JSON cannot say (NaN, infinity) becomes null. */
    public static Object round(Object value) {
        if (!(value instanceof Number number)) {
            return value;
        }
        double x = number.doubleValue();
        if (!Double.isFinite(x)) {
            return null;
        }
        if (x == Math.rint(x) && Math.abs(x) < 1e15) {
            return (long) x;
        }
        return new BigDecimal(x).round(FOUR_DIGITS).doubleValue();
    }
}
