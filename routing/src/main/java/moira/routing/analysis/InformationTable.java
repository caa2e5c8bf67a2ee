package moira.routing.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import moira.routing.information.Choices;
import moira.routing.information.Estimate;
import moira.routing.information.Information;
import moira.routing.information.Quantity;
import moira.routing.information.Resamples;
import moira.routing.information.Texts;

/** How many bits of the expert's choice are known from the domain, the token and its neighbours (docs/information.md). */
final class InformationTable {
    private static final String COLUMNS =
            "layer INTEGER, quantity VARCHAR, bits DOUBLE, null_bits DOUBLE, corrected_bits DOUBLE, "
                    + "share_of_entropy DOUBLE, ci_low DOUBLE, ci_high DOUBLE, p_value DOUBLE, choices VARCHAR, "
                    + "null_p95 DOUBLE, tokens DOUBLE, permutations INTEGER";

    private final Study study;
    private final Table table;
    private final Resamples resamples;
    private final Set<Quantity> wanted;
    private final Set<List<Object>> written = new HashSet<>();

    private InformationTable(Study study, Table table, Set<Quantity> wanted) {
        this.study = study;
        this.table = table;
        this.wanted = wanted;
        this.resamples = resamples(study.units(), study.bootstrap());
    }

    /**
     * Writes it, and the tables of syntax, which are made of the same tokens.
     *
     * @param limit of tokens; of more, a sample is measured
     */
    static void write(Study study, long limit, MissingTables missing) {
        try (Table table = study.table("information", COLUMNS)) {
            InformationTable information = new InformationTable(study, table, EnumSet.allOf(Quantity.class));
            if (study.has("assignments")) {
                RoutedTexts texts = RoutedTexts.load(study, limit);
                if (texts.texts.size() > 0) {
                    information.add(texts, study.k() > 1);
                }
                SyntaxTable.write(study, texts, missing);
            } else {
                SyntaxTable.isMissing(missing, MissingTables.COUNTS);
            }
            new CountedInformation(study, information).write();
            table.write(study.tables());
        }
    }

    /** Writes some quantities of first choices alone. */
    static void writeFirst(Study study, long limit, Set<Quantity> wanted) {
        try (Table table = study.table("information", COLUMNS)) {
            RoutedTexts texts = RoutedTexts.load(study, limit);
            if (texts.texts.size() > 0) {
                new InformationTable(study, table, wanted).add(texts, false);
            }
            table.write(study.tables());
        }
    }

    Resamples resamples() {
        return resamples;
    }

    private void add(RoutedTexts texts, boolean either) {
        Information all = information(texts.texts);
        for (int layer : study.header().layers()) {
            RoutedTexts.Layer routed = texts.layer(layer);
            if (routed.texts().size() == 0) {
                continue;
            }
            Information information = routed.texts() == texts.texts ? all : information(routed.texts());
            Choices first = routed.choices().first();
            List<Estimate> estimates = new ArrayList<>(information.measure(first, first, permutations(1), resamples));
            if (wanted.contains(Quantity.DOMAIN_GIVEN_TOKEN_BY_COUNTS)) {
                information.byCounts(first).ifPresent(estimates::add);
            }
            add(layer, 1, routed.texts().size(), estimates);
            if (either) {
                add(
                        layer,
                        0,
                        routed.texts().size(),
                        information.measure(routed.choices(), first, permutations(0), resamples));
            }
        }
    }

    private Information information(Texts texts) {
        return new Information(texts, permutations(1), study.options().seed(), wanted);
    }

    /** A fifth of those of the divergences, and a twentieth for either choice, whose table is k times as much work. */
    private int permutations(int choice) {
        int permutations = study.options().permutations();
        return Math.max(Math.min(permutations, 20), permutations / (choice == 1 ? 5 : 20));
    }

    /** Adds those that the layer does not have yet; the first is its entropy. */
    void add(int layer, int choice, double tokens, List<Estimate> estimates) {
        double entropy = estimates.getFirst().bits();
        estimates.forEach(estimate -> add(layer, choice, tokens, entropy, estimate));
    }

    private void add(int layer, int choice, double tokens, double entropy, Estimate estimate) {
        if (!written.add(List.of(layer, choice, estimate.quantity()))) {
            return;
        }
        table.add(
                layer,
                estimate.quantity().toString(),
                estimate.bits(),
                estimate.nullBits(),
                estimate.correctedBits(),
                entropy > 0 ? estimate.correctedBits() / entropy : Double.NaN,
                Interval.of(estimate.resampled()),
                estimate.pValue(),
                ExpertTables.choices(choice),
                estimate.nullP95(),
                tokens,
                estimate.permutations());
    }

    static Resamples resamples(Units units, Bootstrap bootstrap) {
        return (sums, sizes) -> resample(units, bootstrap, sums, sizes);
    }

    /**
     * Spread as far about the value as U sources of D domains are expected to vary: those of a resample vary (U - D) / U as much (Efron
     * and Tibshirani, An Introduction to the Bootstrap, 12.5). None where every domain has one source only: they would all be drawn once.
     */
    private static double[] resample(Units units, Bootstrap bootstrap, double[] sums, double[] sizes) {
        if (units.size() == units.domains().size()) {
            return new double[0];
        }
        List<Row> rows = new ArrayList<>();
        for (int unit = 0; unit < sums.length; unit++) {
            if (sizes[unit] > 0) {
                rows.add(new Row(unit, new double[] {sums[unit], sizes[unit]}));
            }
        }
        double[] means = bootstrap.tally(rows, 0).sums();
        double[] all = bootstrap.tally(rows, 1).sums();
        double mean = total(sums) / total(sizes);
        double wider = Math.sqrt(
                (double) units.size() / (units.size() - units.domains().size()));
        for (int i = 0; i < means.length; i++) {
            means[i] = mean + wider * (means[i] / all[i] - mean);
        }
        return means;
    }

    private static double total(double[] values) {
        return Arrays.stream(values).sum();
    }
}
