package moira.routing.analysis;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Router saturation (OLMoE, arXiv 2409.02060, section 5.1): of the experts that a token is sent to, the share that the last probe
 * sends it to as well, over all k choices and for the first alone. Beside it, what uniform routers would have in common (k/E and
 * 1/E), and what independent routers with the loads of the two probes would.
 */
final class Saturation {
    private static final String COLUMNS = "layer INTEGER, tokens DOUBLE, \"first\" DOUBLE, chosen DOUBLE, "
            + "random_first DOUBLE, random_chosen DOUBLE, first_by_load DOUBLE, chosen_by_load DOUBLE, "
            + "first_ci_low DOUBLE, first_ci_high DOUBLE, chosen_ci_low DOUBLE, chosen_ci_high DOUBLE";

    private Saturation() {}

    /** The database has the last probe's routing as {@code last_routing}. */
    static void write(Study study) {
        Map<Integer, Loads> loads = loads(study);
        try (Table table = study.table("saturation", COLUMNS)) {
            study.counts("saturation", 1, group -> add(study, table, group, loads.get(group.number(0))));
            table.write(study.tables());
        }
    }

    private static void add(Study study, Table table, Group group, Loads loads) {
        List<Row> rows = group.cell(Group.ALL);
        Tally tokens = study.bootstrap().tally(rows, 0);
        Tally first = study.bootstrap().tally(rows, 1);
        List<Row> shares = rows.stream()
                .map(row -> new Row(row.unit(), new double[] {row.values()[2] / study.k()}))
                .toList();
        Tally chosen = study.bootstrap().tally(shares, 0);
        table.add(
                group.number(0),
                tokens.total(),
                first.share(tokens),
                chosen.share(tokens),
                Chance.first(study.experts()),
                Chance.chosen(study.experts(), study.k()),
                loads.first.agreement(),
                loads.all.agreement() * study.k(),
                first.interval(tokens),
                chosen.interval(tokens));
    }

    private static Map<Integer, Loads> loads(Study study) {
        Map<Integer, Loads> layers = new TreeMap<>();
        study.database().query(Sql.read("saturation_loads"), row -> {
            Loads loads = layers.computeIfAbsent(row.getInt(1), layer -> new Loads(study.experts()));
            loads.all.add(row.getInt(3), row.getInt(4), row.getDouble(5));
            if (row.getInt(2) == 1) {
                loads.first.add(row.getInt(3), row.getInt(4), row.getDouble(5));
            }
        });
        return layers;
    }

    /** Of one layer. */
    private record Loads(Counts first, Counts all) {
        Loads(int experts) {
            this(
                    new Counts(new double[experts], new double[experts]),
                    new Counts(new double[experts], new double[experts]));
        }
    }

    /** {@code [experts]} assignments, now and in the last probe. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Counts(double[] now, double[] last) {
        void add(int expert, int lastExpert, double assignments) {
            now[expert] += assignments;
            last[lastExpert] += assignments;
        }

        /** How often two assignments drawn independently meet: the sum over experts of the product of the shares. */
        double agreement() {
            double products = 0;
            double sumNow = 0;
            double sumLast = 0;
            for (int expert = 0; expert < now.length; expert++) {
                products += now[expert] * last[expert];
                sumNow += now[expert];
                sumLast += last[expert];
            }
            return products / (sumNow * sumLast);
        }
    }
}
