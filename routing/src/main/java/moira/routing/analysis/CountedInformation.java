package moira.routing.analysis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import moira.routing.information.Counts;
import moira.routing.information.DocumentCounts;
import moira.routing.information.Estimate;
import moira.routing.information.Quantity;

/** The same of traces that only have counts: by token ({@code token_counts}), and by document ({@code counts}). */
final class CountedInformation {
    private static final List<Quantity> OF_COUNTS =
            List.of(Quantity.DOMAIN, Quantity.TOKEN, Quantity.DOMAIN_GIVEN_TOKEN, Quantity.TOKEN_GIVEN_DOMAIN);

    private final Study study;
    private final InformationTable table;

    CountedInformation(Study study, InformationTable table) {
        this.study = study;
        this.table = table;
    }

    /** A cell of a table of counts; unit or token. */
    private record Cell(int domain, int item, int expert, double assignments) {}

    /** Adds what the table does not have yet: the nulls over documents go before those of counts by token. */
    void write() {
        if (study.has("counts")) {
            each("information_counts", this::byDocument);
        }
        if (study.has("token_counts")) {
            each("information_token_counts", this::byToken);
        }
    }

    private void byDocument(int layer, int choice, List<Cell> cells) {
        double[][] counts = new double[study.units().size()][study.experts()];
        cells.forEach(cell -> counts[cell.item()][cell.expert()] += cell.assignments());
        DocumentCounts documents = new DocumentCounts(counts, RoutedTexts.domains(study.units()));
        List<Estimate> estimates = new ArrayList<>(List.of(documents.entropy(table.resamples())));
        int domains = study.units().domains().size();
        if (domains > 1 && domains == study.units().size()) {
            // There is one labelling of one document a domain: the tokens alone can be dealt out.
            estimates.add(counts(choice, cells).information(Quantity.DOMAIN));
        } else if (domains > 1) {
            estimates.add(documents.domain(
                    study.options().permutations(), study.options().seed(), table.resamples()));
        }
        table.add(layer, choice, tokens(choice, cells), estimates);
    }

    private void byToken(int layer, int choice, List<Cell> cells) {
        Counts counts = counts(choice, cells);
        List<Estimate> estimates = new ArrayList<>(List.of(counts.entropy()));
        boolean domains = cells.stream().mapToInt(Cell::domain).distinct().count() > 1;
        for (Quantity quantity : domains ? OF_COUNTS : List.of(Quantity.TOKEN)) {
            estimates.add(counts.information(quantity));
        }
        table.add(layer, choice, tokens(choice, cells), estimates);
    }

    private Counts counts(int choice, List<Cell> cells) {
        Map<Integer, Integer> types = new HashMap<>();
        return new Counts(
                cells.stream().mapToInt(Cell::domain).toArray(),
                cells.stream()
                        .mapToInt(cell -> types.computeIfAbsent(cell.item(), token -> types.size()))
                        .toArray(),
                cells.stream().mapToInt(Cell::expert).toArray(),
                cells.stream().mapToDouble(Cell::assignments).toArray(),
                choice == 0 ? study.k() : 1,
                study.experts());
    }

    private double tokens(int choice, List<Cell> cells) {
        return cells.stream().mapToDouble(Cell::assignments).sum() / (choice == 0 ? study.k() : 1);
    }

    @FunctionalInterface
    private interface Reader {
        void cells(int layer, int choice, List<Cell> cells);
    }

    /**
     * The first choices, where they are told apart, and all choices: those of choice 0, which stands for all together, the first
     * included, or else those of every rank.
     */
    private void each(String sql, Reader reader) {
        Map<String, Integer> domains = new HashMap<>();
        for (int layer : study.header().layers()) {
            Map<Integer, List<Cell>> byChoice = new TreeMap<>();
            study.database()
                    .query(
                            "SELECT choice, domain, item, expert, assignments FROM (" + Sql.read(sql)
                                    + ") WHERE layer = " + layer + " ORDER BY choice, domain, item, expert",
                            row -> {
                                int domain = domains.computeIfAbsent(row.getString(2), name -> domains.size());
                                byChoice.computeIfAbsent(row.getInt(1), choice -> new ArrayList<>())
                                        .add(new Cell(domain, row.getInt(3), row.getInt(4), row.getDouble(5)));
                            });
            byChoice.values().removeIf(cells -> cells.stream().allMatch(cell -> cell.assignments() == 0));
            if (byChoice.containsKey(1)) {
                reader.cells(layer, 1, byChoice.get(1));
            }
            if (byChoice.containsKey(0)) {
                reader.cells(layer, 0, byChoice.get(0));
            } else if (byChoice.size() > 1) {
                reader.cells(
                        layer,
                        0,
                        byChoice.values().stream().flatMap(List::stream).toList());
            }
        }
    }
}
