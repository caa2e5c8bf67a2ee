package moira.routing.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import moira.routing.result.Columns;
import moira.routing.result.Run;
import moira.routing.result.Tables;
import moira.routing.verdict.LayerVerdict;
import moira.routing.verdict.Term;

/** The points of one model, of every measure that its analysis has. */
final class ModelPoints {
    private final Analysed analysed;
    private final Run run;
    private final Tables tables;

    private ModelPoints(Analysed analysed, Run run, Tables tables) {
        this.analysed = analysed;
        this.run = run;
        this.tables = tables;
    }

    static List<Point> of(Analysed analysed, Run run) {
        try (Tables tables = Tables.open(analysed.trace(), analysed.folder())) {
            ModelPoints points = new ModelPoints(analysed, run, tables);
            return Stream.of(Measure.values())
                    .flatMap(measure -> points.of(measure).stream())
                    .toList();
        }
    }

    private List<Point> of(Measure measure) {
        double full = Math.log(Math.min(run.domains().size(), run.experts())) / Math.log(2);
        if (measure.sql(full).isEmpty()) {
            return ofVerdict(measure);
        }
        if (!tables.has(measure.table()) || (measure == Measure.DIVERGENCE && full == 0)) {
            return List.of();
        }
        Columns rows = tables.query(measure.sql(full).orElseThrow() + " ORDER BY layer");
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < rows.rows(); i++) {
            points.add(point(
                    rows.integer(i, "layer"),
                    measure,
                    rows.number(i, "value"),
                    rows.number(i, "ci_low"),
                    rows.number(i, "ci_high"),
                    rows.number(i, "chance"),
                    measure.isTested()));
        }
        return points;
    }

    private List<Point> ofVerdict(Measure measure) {
        List<Point> points = new ArrayList<>();
        for (LayerVerdict layer : analysed.verdict().layers()) {
            Stream.concat(layer.terms().stream(), layer.beside().stream())
                    .filter(term -> term.quantity().equals(measure.id()) && term.share() != null)
                    .forEach(term -> points.add(ofTerm(layer.layer(), measure, term)));
        }
        return points;
    }

    private Point ofTerm(int layer, Measure measure, Term term) {
        return point(
                layer, measure, term.share(), number(term.ciLow()), number(term.ciHigh()), 0, term.untested() == null);
    }

    private Point point(
            int layer, Measure measure, double value, double low, double high, double chance, boolean tested) {
        double depth = (double) layer / Math.max(1, run.modelLayers() - 1);
        return new Point(analysed.name(), layer, depth, measure.id(), value, low, high, chance, measure.unit(), tested);
    }

    private static double number(Double x) {
        return x == null ? Double.NaN : x;
    }
}
