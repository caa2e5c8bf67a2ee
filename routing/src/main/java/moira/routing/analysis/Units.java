package moira.routing.analysis;

import java.util.ArrayList;
import java.util.List;
import moira.routing.DuckDb;

/**
 * The sources that are resampled and permuted: numbered from 0, domain by domain.
 *
 * @param domains their names, in the order of the trace
 * @param first {@code [domains + 1]}: the first unit of each domain, and the number of units
 */
record Units(List<String> domains, List<Integer> first) {
    /** Reads them from the table {@code units}. */
    static Units read(DuckDb database) {
        List<String> domains = new ArrayList<>();
        List<Integer> first = new ArrayList<>(List.of(0));
        database.query("SELECT domain, MAX(unit) + 1 FROM units GROUP BY domain ORDER BY 2", row -> {
            domains.add(row.getString(1));
            first.add(row.getInt(2));
        });
        return new Units(List.copyOf(domains), List.copyOf(first));
    }

    int size() {
        return first.getLast();
    }

    int size(int domain) {
        return last(domain) - first(domain);
    }

    int first(int domain) {
        return first.get(domain);
    }

    int last(int domain) {
        return first.get(domain + 1);
    }

    /** The rows of one domain. */
    List<Row> of(int domain, List<Row> rows) {
        return rows.stream()
                .filter(row -> row.unit() >= first(domain) && row.unit() < last(domain))
                .toList();
    }
}
