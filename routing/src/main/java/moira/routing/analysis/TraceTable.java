package moira.routing.analysis;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import moira.routing.trace.TraceHeader;

/** The tables of a trace, and what may stand in their columns. */
enum TraceTable {
    DOCUMENTS(
            List.of("document"),
            whole("document"),
            text("domain", false),
            text("source", false),
            whole("window"),
            whole("tokens")),
    TOKENS(
            List.of("document", "position"),
            whole("document"),
            whole("position"),
            new Column("token", "INTEGER", Kind.WHOLE, true, Most.INT),
            text("piece", true),
            new Column("special", "BOOLEAN", Kind.TRUTH, false, Most.NONE)),
    ROUTING(
            List.of("document", "position", "layer", "choice"),
            whole("document"),
            whole("position"),
            layer(),
            choice(),
            expert(),
            number("weight", "FLOAT", true)),
    ROUTER(
            List.of("document", "position", "layer"),
            whole("document"),
            whole("position"),
            layer(),
            number("entropy", "FLOAT", false),
            number("margin", "FLOAT", false)),
    COUNTS(
            List.of("document", "layer", "choice", "expert"),
            whole("document"),
            layer(),
            choice(),
            expert(),
            new Column("assignments", "DOUBLE", Kind.NUMBER, false, Most.FROM_ZERO)),
    TOKEN_COUNTS(
            List.of("domain", "layer", "choice", "token", "expert"),
            text("domain", false),
            layer(),
            choice(),
            whole("token"),
            expert(),
            new Column("assignments", "DOUBLE", Kind.NUMBER, false, Most.FROM_ZERO));

    private final List<String> key;
    private final List<Column> columns;

    TraceTable(List<String> key, Column... columns) {
        this.key = key;
        this.columns = List.of(columns);
    }

    /** The columns that no two rows have alike. */
    List<String> key() {
        return key;
    }

    List<Column> columns() {
        return columns;
    }

    String viewName() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Column whole(String name) {
        return new Column(name, "INTEGER", Kind.WHOLE, false, Most.INT);
    }

    private static Column layer() {
        return new Column("layer", "SMALLINT", Kind.WHOLE, false, Most.LAYERS);
    }

    private static Column choice() {
        return new Column("choice", "TINYINT", Kind.WHOLE, false, Most.CHOICES);
    }

    private static Column expert() {
        return new Column("expert", "SMALLINT", Kind.WHOLE, false, Most.EXPERTS);
    }

    private static Column text(String name, boolean nullable) {
        return new Column(name, "VARCHAR", Kind.TEXT, nullable, Most.NONE);
    }

    private static Column number(String name, String type, boolean nullable) {
        return new Column(name, type, Kind.NUMBER, nullable, Most.FINITE);
    }

    /** What a column holds, whichever of its kind's types the writer took. */
    enum Kind {
        WHOLE(
                "whole numbers",
                Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")),
        NUMBER("numbers", Set.of("FLOAT", "DOUBLE", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT")),
        TEXT("text", Set.of("VARCHAR")),
        TRUTH("true or false", Set.of("BOOLEAN"));

        private final String words;
        private final Set<String> types;

        Kind(String words, Set<String> types) {
            this.words = words;
            this.types = types;
        }

        String words() {
            return words;
        }
    }

    /** How large a value may be. */
    private enum Most {
        NONE,
        FINITE,
        FROM_ZERO,
        INT,
        LAYERS,
        CHOICES,
        EXPERTS;

        long of(TraceHeader header) {
            return switch (this) {
                case LAYERS -> header.modelLayers() - 1;
                case CHOICES -> header.expertsPerToken();
                case EXPERTS -> header.experts() - 1;
                default -> Integer.MAX_VALUE;
            };
        }
    }

    /**
     * A column.
     *
     * @param type that the SQL of the tables is written for
     */
    record Column(String name, String type, Kind kind, boolean nullable, Most most) {
        boolean fits(String found) {
            return kind.types.contains(found) || (kind == Kind.NUMBER && found.startsWith("DECIMAL"));
        }

        /** A condition of SQL that holds where a value may not stand. */
        String wrong(TraceHeader header) {
            String quoted = '"' + name + '"';
            String missing = nullable ? "FALSE" : quoted + " IS NULL";
            return switch (most) {
                case NONE -> missing;
                case FINITE -> missing + " OR NOT isfinite(CAST(" + quoted + " AS DOUBLE))";
                case FROM_ZERO -> missing + " OR NOT isfinite(CAST(" + quoted + " AS DOUBLE)) OR " + quoted + " < 0";
                default -> missing + " OR " + quoted + " < 0 OR " + quoted + " > " + most.of(header);
            };
        }

        /** In words. */
        String allowed(TraceHeader header) {
            return switch (most) {
                case NONE -> kind.words;
                case FINITE -> "finite numbers";
                case FROM_ZERO -> "finite numbers from 0";
                default -> "whole numbers from 0 to " + most.of(header);
            };
        }
    }
}
