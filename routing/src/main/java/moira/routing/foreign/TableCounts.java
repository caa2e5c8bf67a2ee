package moira.routing.foreign;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import moira.engine.MoiraException;
import moira.routing.trace.TraceBuilder;
import moira.routing.trace.TraceHeader;

/** Counts as rows {@code layer, expert, count}, over all k choices, of documents and domains where there are columns for them. */
final class TableCounts {
    private final ImportOptions options;
    private final TraceBuilder trace;
    private final Account account;
    /** Assignments in a layer, by document. */
    private final Map<String, Map<Integer, Double>> sums = new LinkedHashMap<>();

    private final Map<String, String> domains = new LinkedHashMap<>();

    /** As documents are first met, which is the order of {@link #sums}. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private final TreeSet<Integer> layers = new TreeSet<>();
    private int largest = -1;

    TableCounts(ImportOptions options, TraceBuilder trace, Account account) {
        this.options = options;
        this.trace = trace;
        this.account = account;
    }

    private static Optional<String> count(GivenTable table) {
        return table.column("count", "counts", "assignments");
    }

    static boolean areIn(GivenTable table) {
        return count(table).isPresent() && table.column("expert", "expert_id").isPresent();
    }

    Imported read(List<Path> files) {
        int k = options.expertsPerToken();
        if (k < 1) {
            throw MoiraException.expected(
                    files.getFirst().toString(), "counts, with --experts-per-token, which they do not tell", "none");
        }
        for (Path file : files) {
            try (GivenTable table = GivenTable.open(file, trace)) {
                read(table);
            }
        }
        if (options.experts() == 0) {
            account.note(
                    "experts: %d, one more than the largest id that occurs; if the model has more, say --experts",
                    largest + 1);
        }
        CountsAccount.tell(account, domains.size() > new TreeSet<>(domains.values()).size());
        List<SourceDocument> documents = new ArrayList<>();
        sums.forEach((document, byLayer) -> {
            double most = byLayer.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
            documents.add(
                    new SourceDocument(domains.get(document), document, CountsAccount.tokens(document, most / k)));
        });
        int experts = options.experts() == 0 ? largest + 1 : options.experts();
        return new Imported(null, List.copyOf(layers), experts, k, "none", documents);
    }

    private void read(GivenTable table) {
        ImportOptions.Fields fields = options.fields();
        String layer = table.column(fields.layer(), "layer_id")
                .orElseThrow(() -> MoiraException.expected(
                        table.file().toString(),
                        "a column \"" + fields.layer() + '"',
                        "the columns " + table.headings()));
        String stem = "'"
                + table.file()
                        .getFileName()
                        .toString()
                        .replaceFirst("\\..*$", "")
                        .replace("'", "''") + "'";
        String domain = table.column(fields.domain())
                .map(c -> "CAST(" + c + " AS VARCHAR)")
                .orElse(stem);
        String document = document(table, domain);
        String expert = table.column("expert", "expert_id").orElseThrow();
        String sql = "SELECT " + document + ", " + domain + ", TRY_CAST(" + layer + " AS DOUBLE), TRY_CAST(" + expert
                + " AS DOUBLE), TRY_CAST(" + count(table).orElseThrow() + " AS DOUBLE), " + GivenTable.ROW + ", CAST("
                + count(table).orElseThrow() + " AS VARCHAR), CAST(" + layer
                + " AS VARCHAR), CAST(" + expert + " AS VARCHAR) FROM " + table.name() + " ORDER BY " + GivenTable.ROW;
        table.database()
                .query(
                        "SELECT MIN(" + GivenTable.ROW + "), MAX(" + GivenTable.ROW + ") FROM " + table.name()
                                + " GROUP BY " + document + ", " + domain + ", " + layer + ", " + expert
                                + " HAVING COUNT(*) > 1 LIMIT 1",
                        row -> {
                            throw MoiraException.expected(
                                    table.file() + ", row " + row.getLong(2),
                                    "one count for an expert of a layer",
                                    "another in row " + row.getLong(1));
                        });
        trace.database().append("counts", rows -> {
            table.database().query(sql, row -> {
                String where = table.file() + ", row " + row.getLong(6);
                int ofLayer = whole(row.getObject(3), row.getString(8), TraceHeader.MOST_LAYERS, where + ", layer");
                int most = options.experts() == 0 ? TraceHeader.MOST_EXPERTS : options.experts();
                int ofExpert = whole(row.getObject(4), row.getString(9), most, where + ", expert");
                double counted = row.getDouble(5);
                if (row.wasNull() || !(counted >= 0) || Double.isInfinite(counted)) {
                    throw MoiraException.expected(
                            where + ", count",
                            "a number of 0 or more",
                            row.getString(7) == null ? "none" : row.getString(7));
                }
                String key = row.getString(1);
                String ofDomain = row.getString(2);
                if (key == null
                        || ofDomain == null
                        || !ofDomain.equals(domains.computeIfAbsent(key, one -> ofDomain))) {
                    throw MoiraException.expected(
                            where, "one domain for the document " + key + ": " + domains.get(key), ofDomain);
                }
                layers.add(ofLayer);
                largest = Math.max(largest, ofExpert);
                Map<Integer, Double> byLayer = sums.computeIfAbsent(key, one -> new LinkedHashMap<>());
                byLayer.merge(ofLayer, counted, Double::sum);
                int number = numbers.computeIfAbsent(key, one -> numbers.size());
                rows.beginRow().append(number).append((short) ofLayer).append((byte) 0);
                rows.append((short) ofExpert).append(counted).endRow();
            });
        });
    }

    /** Several columns may name a document together; where nobody names any, a domain is one. */
    private String document(GivenTable table, String domain) {
        List<String> parts = new ArrayList<>();
        for (String name : options.fields().document().split(",", -1)) {
            table.column(name).ifPresent(column -> parts.add("CAST(" + column + " AS VARCHAR)"));
        }
        boolean named = !options.fields().document().equals(ImportOptions.Fields.DEFAULTS.document());
        if (named && parts.size() < options.fields().document().split(",", -1).length) {
            throw MoiraException.expected(
                    table.file().toString(),
                    "columns " + options.fields().document(),
                    "the columns " + table.headings());
        }
        return parts.isEmpty() ? domain : String.join(" || ' / ' || ", parts);
    }

    private static int whole(Object value, String written, int limit, String where) {
        if (!(value instanceof Double number) || number != Math.rint(number) || number < 0 || number >= limit) {
            throw MoiraException.expected(
                    where, "a whole number from 0 to " + (limit - 1), written == null ? "none" : written);
        }
        return number.intValue();
    }
}
