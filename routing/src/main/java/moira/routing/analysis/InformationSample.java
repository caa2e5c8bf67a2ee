package moira.routing.analysis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import moira.routing.DuckDb;

/**
 * The windows whose tokens are measured: all, or of a trace with more tokens than fit a bounded memory a seeded sample. Every domain
 * keeps its share of the tokens, and gives whole units in random order; the last of them may be cut.
 */
final class InformationSample {
    private InformationSample() {}

    /** One window of a unit, and how many of its tokens. */
    private record Window(int unit, int document, long tokens) {}

    /**
     * Makes the table {@code information_windows}: document, positions (those from there on are left out).
     *
     * @param limit of tokens
     */
    static void select(DuckDb database, Units units, long limit, long seed) {
        List<Window> windows = new ArrayList<>();
        database.query(
                Sql.read("information_windows"),
                row -> windows.add(new Window(row.getInt(1), row.getInt(2), row.getLong(3))));
        long all = windows.stream().mapToLong(Window::tokens).sum();
        database.execute("CREATE TABLE information_windows (document INTEGER, positions INTEGER)");
        database.append("information_windows", rows -> {
            for (int domain = 0; domain < units.domains().size(); domain++) {
                long left = all <= limit ? limit : Math.max(1, limit * tokens(units, domain, windows) / all);
                for (Window window : shuffled(units, domain, windows, new Random(seed + domain))) {
                    if (left > 0) {
                        rows.beginRow();
                        rows.append(window.document());
                        rows.append(window.tokens() <= left ? Integer.MAX_VALUE : (int) left);
                        rows.endRow();
                        left -= window.tokens();
                    }
                }
            }
        });
    }

    private static long tokens(Units units, int domain, List<Window> windows) {
        return of(units, domain, windows).stream().mapToLong(Window::tokens).sum();
    }

    private static List<Window> of(Units units, int domain, List<Window> windows) {
        return windows.stream()
                .filter(window -> window.unit() >= units.first(domain) && window.unit() < units.last(domain))
                .toList();
    }

    private static List<Window> shuffled(Units units, int domain, List<Window> windows, Random random) {
        List<Integer> order = new ArrayList<>();
        for (int unit = units.first(domain); unit < units.last(domain); unit++) {
            order.add(unit);
        }
        Collections.shuffle(order, random);
        int[] rank = new int[order.size()];
        for (int i = 0; i < rank.length; i++) {
            rank[order.get(i) - units.first(domain)] = i;
        }
        return of(units, domain, windows).stream()
                .sorted(Comparator.comparing(window -> rank[window.unit() - units.first(domain)]))
                .toList();
    }
}
