package moira.routing.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.routing.result.Columns;
import moira.routing.training.TrainingHistory;

/** Draws the history of a training: a page of its own, or sections of a model's report. */
public final class TrainingPage {
    private static final int MOST_ROWS = 30_000;

    private TrainingPage() {}

    /**
     * Writes the page; an older one is replaced only when the new one is whole.
     *
     * @throws MoiraException if the file cannot be written
     */
    public static void write(TrainingHistory history, Path html) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("tables", new LinkedHashMap<>());
        add(history, data);
        String model = history.header().path("model").asString("a model");
        Page.TRAINING.write(html, "How the routing of " + model + " formed", data);
    }

    /** Adds what the sections need to a page's data, whose {@code tables} are there already. */
    @SuppressWarnings("unchecked")
    static void add(TrainingHistory history, Map<String, Object> data) {
        data.put("training", history.header());
        Map<String, Object> tables = (Map<String, Object>) data.get("tables");
        history.tables()
                .forEach((name, columns) ->
                        tables.put(name, thinned(columns, history.layers()).encoded()));
    }

    /** The layers of a large table are thinned evenly; rows without a layer stay. */
    private static Columns thinned(Columns columns, List<Integer> layers) {
        if (columns.rows() <= MOST_ROWS) {
            return columns;
        }
        List<Integer> kept = Layers.thin(layers, Math.max(1, MOST_ROWS / (columns.rows() / layers.size())));
        return columns.where("layer", layer -> layer == null || kept.contains(((Number) layer).intValue()));
    }
}
