package moira.routing.foreign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.MoiraException;
import moira.routing.trace.TraceBuilder;

/**
 * An npz with arrays {@code DOMAIN__LAYER__tokens} [n], ids, and {@code DOMAIN__LAYER__counts} [n, experts], over the k experts of every
 * occurrence.
 */
final class TokenCounts {
    private static final Pattern NAME = Pattern.compile("(.+)__(\\d{1,5})__(tokens|counts)");
    /** Of the table that are in memory at once. */
    private static final int VALUES = 1 << 18;

    /** Of a domain in a layer, other than 0: the analysis of a layer holds them all. */
    private static final long MOST_CELLS = 1 << 23;

    private final Path path;
    private final CountsFile counts;
    private final TraceBuilder trace;
    private final Account account;
    private double largestDifference;
    private long cells;

    TokenCounts(Path path, List<CountsFile> files, TraceBuilder trace, Account account) {
        this.path = path;
        this.counts = files.stream()
                .filter(file -> file.choice() == 0)
                .findFirst()
                .orElseThrow(() -> MoiraException.expected(
                        path.toString(), "counts of all choices (either) beside those by token", "none"));
        this.trace = trace;
        this.account = account;
    }

    /** Fills the table {@code token_counts}. */
    void read() {
        try (NpzFile file = new NpzFile(path)) {
            Set<String> missing = new TreeSet<>();
            mustBeKnown(file.arrays());
            for (String domain : counts.domains().keySet()) {
                for (int layer : counts.layers()) {
                    String name = domain + "__" + layer + "__";
                    if (!file.arrays().contains(name + "tokens")) {
                        missing.add(domain);
                        continue;
                    }
                    read(file, name, domain, layer);
                }
            }
            if (!missing.isEmpty()) {
                account.note("%s: no counts by token of %s", path, String.join(", ", missing));
            }
            account.note(
                    "counts by token differ from the counts by up to %.1f %% of a domain's assignments in a layer (total"
                            + " variation)",
                    100 * largestDifference);
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be read", e);
        }
        account.lacksPieces();
    }

    private void mustBeKnown(Set<String> arrays) {
        for (String array : arrays) {
            Matcher name = NAME.matcher(array);
            if (!name.matches()
                    || !counts.domains().containsKey(name.group(1))
                    || !counts.layers().contains(Integer.parseInt(name.group(2)))
                    || !arrays.contains(partner(array))) {
                throw MoiraException.expected(
                        path + ", " + array,
                        "DOMAIN__LAYER__tokens and DOMAIN__LAYER__counts, of domains and layers in " + counts.path(),
                        array);
            }
        }
    }

    private static String partner(String array) {
        return array.endsWith("tokens")
                ? array.replaceFirst("tokens$", "counts")
                : array.replaceFirst("counts$", "tokens");
    }

    private void read(NpzFile file, String name, String domain, int layer) throws IOException {
        try (NumberArray ids = file.open(name + "tokens").orElseThrow().ofIntegers();
                NumberArray table = file.open(name + "counts").orElseThrow().ofIntegers()) {
            if (ids.shape().size() != 1
                    || !table.shape().equals(List.of(ids.shape().getFirst(), (long) counts.experts()))) {
                throw MoiraException.expected(
                        table.where(), "the shape [tokens, " + counts.experts() + "] of " + ids.shape(), table.shape());
            }
            double[] sums = new double[counts.experts()];
            long previous = -1;
            int rows = Math.max(1, VALUES / counts.experts());
            cells = 0;
            for (long row = 0; row < ids.shape().getFirst(); row += rows) {
                int n = (int) Math.min(rows, ids.shape().getFirst() - row);
                long[] tokens = ids.integers(n);
                previous = mustAscend(ids.where(), row, tokens, previous);
                append(domain, layer, tokens, table.integers(n * counts.experts()), table.where(), sums);
            }
            ids.end();
            table.end();
            compare(domain, layer, sums);
        }
    }

    private static long mustAscend(String where, long row, long[] tokens, long previous) {
        long last = previous;
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] <= last || tokens[i] > Integer.MAX_VALUE) {
                throw MoiraException.expected(where + "[" + (row + i) + "]", "ascending ids", tokens[i]);
            }
            last = tokens[i];
        }
        return last;
    }

    private void append(String domain, int layer, long[] tokens, long[] table, String where, double[] sums) {
        trace.database().append("token_counts", rows -> {
            for (int i = 0; i < table.length; i++) {
                if (table[i] < 0) {
                    throw MoiraException.expected(where, "counts of 0 or more", table[i]);
                }
                if (table[i] > 0) {
                    if (++cells > MOST_CELLS) {
                        throw MoiraException.expected(
                                where,
                                "at most " + MOST_CELLS
                                        + " counts other than 0 in a layer of a domain (leave out rare tokens)",
                                "more");
                    }
                    int expert = i % counts.experts();
                    sums[expert] += table[i];
                    rows.beginRow().append(domain).append((short) layer).append((byte) 0);
                    rows.append((int) tokens[i / counts.experts()]).append((short) expert);
                    rows.append((double) table[i]).endRow();
                }
            }
        });
    }

    /** Half of the sum of the differences between the shares. */
    private void compare(String domain, int layer, double[] sums) {
        double total = Arrays.stream(sums).sum();
        double counted = counts.sum(domain, layer);
        double difference = 0;
        for (int expert = 0; expert < sums.length; expert++) {
            difference +=
                    Math.abs(sums[expert] / total - counts.counts(domain, layer).get(expert) / counted) / 2;
        }
        largestDifference = Math.max(largestDifference, difference);
    }
}
