package moira.routing.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import moira.routing.result.Columns;
import moira.routing.result.PermutationTests;
import moira.routing.result.Tables;
import moira.routing.verdict.LayerVerdict;
import moira.routing.verdict.Term;
import moira.routing.verdict.Verdict;

/** The points of one probe, of every measure. */
final class ProbePoints {
    /** Quantities of the table {@code information} that are followed, by the verdict's rule. */
    static final List<String> QUANTITIES = List.of("token", "domain|token", "domain", "previous_choice");

    private static final double UNKNOWN = Double.NaN;

    private final Probe probe;
    private final Tables tables;
    private final List<Point> points = new ArrayList<>();

    private ProbePoints(Probe probe, Tables tables) {
        this.probe = probe;
        this.tables = tables;
    }

    static List<Point> of(Probe probe, Tables tables) {
        ProbePoints points = new ProbePoints(probe, tables);
        points.losses();
        Measure.ALL.forEach(points::add);
        points.divergence();
        points.information();
        return points.points;
    }

    private void losses() {
        for (Map.Entry<String, Double> loss : probe.loss().entrySet()) {
            points.add(new Point(
                    probe,
                    "loss",
                    -1,
                    loss.getKey(),
                    loss.getValue(),
                    UNKNOWN,
                    UNKNOWN,
                    UNKNOWN,
                    UNKNOWN,
                    UNKNOWN,
                    null,
                    "nats"));
        }
    }

    private void add(Measure measure) {
        Columns rows = tables.query(measure.sql() + " ORDER BY layer");
        for (int i = 0; i < rows.rows(); i++) {
            points.add(new Point(
                    probe,
                    measure.id(),
                    rows.integer(i, "layer"),
                    "",
                    rows.number(i, "value"),
                    rows.number(i, "ci_low"),
                    rows.number(i, "ci_high"),
                    rows.number(i, "chance"),
                    rows.number(i, "by_load"),
                    UNKNOWN,
                    null,
                    measure.unit()));
        }
    }

    private void divergence() {
        Columns rows = tables.query("SELECT layer, jsd_bits, null_mean, p_value FROM divergence ORDER BY layer");
        double[] p = new double[rows.rows()];
        for (int i = 0; i < p.length; i++) {
            p[i] = rows.number(i, "p_value");
        }
        boolean tested = p.length > 0 && !Double.isNaN(p[0]);
        double[] adjusted = tested ? PermutationTests.holm(p) : p;
        for (int i = 0; i < p.length; i++) {
            points.add(new Point(
                    probe,
                    "divergence",
                    rows.integer(i, "layer"),
                    "",
                    rows.number(i, "jsd_bits"),
                    UNKNOWN,
                    UNKNOWN,
                    rows.number(i, "null_mean"),
                    UNKNOWN,
                    adjusted[i],
                    tested ? (Boolean) (adjusted[i] < PermutationTests.LEVEL) : null,
                    "bits"));
        }
    }

    private void information() {
        for (LayerVerdict layer : Verdict.layers(tables)) {
            add(layer.layer(), "entropy", layer.entropyBits(), UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, null);
            Stream.concat(layer.terms().stream(), layer.beside().stream())
                    .filter(term -> QUANTITIES.contains(term.quantity()) && term.bits() != null)
                    .forEach(term -> add(layer, term));
        }
    }

    private void add(LayerVerdict layer, Term term) {
        double entropy = layer.entropyBits();
        add(
                layer.layer(),
                term.quantity(),
                term.bits(),
                number(term.ciLow()) * entropy,
                number(term.ciHigh()) * entropy,
                0,
                number(term.p()),
                term.holds());
    }

    private void add(
            int layer, String measure, double bits, double low, double high, double chance, double p, Boolean holds) {
        points.add(new Point(probe, measure, layer, "", bits, low, high, chance, UNKNOWN, p, holds, "bits"));
    }

    private static double number(Double x) {
        return x == null ? UNKNOWN : x;
    }
}
