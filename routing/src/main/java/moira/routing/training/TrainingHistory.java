package moira.routing.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.routing.DuckDb;
import moira.routing.result.Columns;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The history of a training, read back. It needs {@code training.json} and the Parquet files of its three tables alone, which can
 * lie beside a model when the training's own traces are long gone.
 *
 * @param header what {@code training.json} says
 * @param tables by name
 */
public record TrainingHistory(JsonNode header, Map<String, Columns> tables) {
    static final List<String> TABLES = List.of("training", "training_share", "training_loss");
    static final String HEADER = "training.json";

    /** More is no history of a training: none of ours has a twentieth of it. */
    private static final int MOST_ROWS = 500_000;

    /** Whether a folder has one. */
    public static boolean isAt(Path folder) {
        return Files.exists(folder.resolve(HEADER));
    }

    /**
     * Reads {@code training.json} and {@code tables/training*.parquet}.
     *
     * @throws MoiraException if one of them is not there, or broken
     */
    public static TrainingHistory read(Path folder) {
        Map<String, Columns> tables = new LinkedHashMap<>();
        JsonNode header = header(folder.resolve(HEADER));
        try (DuckDb database = DuckDb.inMemory()) {
            for (String name : TABLES) {
                tables.put(name, table(database, folder.resolve("tables").resolve(name + ".parquet")));
            }
        }
        return new TrainingHistory(header, tables);
    }

    private static JsonNode header(Path file) {
        if (!Files.exists(file)) {
            throw MoiraException.expected(file.toString(), "the history of a training (moira analyze)", "no such file");
        }
        try {
            JsonNode header = JsonMapper.shared().readTree(file);
            for (String list : List.of("layers", "domains", "probes", "details", "notes", "milestones")) {
                if (!header.path(list).isArray()) {
                    throw MoiraException.expected(file.toString(), "\"" + list + "\", a list", header.get(list));
                }
            }
            return header;
        } catch (JacksonException e) {
            throw MoiraException.expected(file.toString(), "JSON", Reason.of(e));
        }
    }

    private static Columns table(DuckDb database, Path file) {
        if (!Files.exists(file)) {
            throw MoiraException.expected(file.toString(), "a table of a training's history", "no such file");
        }
        Columns.Builder columns = new Columns.Builder();
        try {
            database.query(
                    "SELECT * FROM " + DuckDb.parquet(List.of(file)) + " LIMIT " + (MOST_ROWS + 1), columns::add);
        } catch (MoiraException e) {
            throw MoiraException.expected(file.toString(), "a readable Parquet file", e.getMessage());
        }
        Columns table = columns.build();
        if (table.rows() > MOST_ROWS) {
            throw MoiraException.expected(file.toString(), "at most " + MOST_ROWS + " rows", "more");
        }
        return table;
    }

    /** Experts of a layer. */
    public int experts() {
        return header.path("experts").asInt(0);
    }

    public int expertsPerToken() {
        return header.path("experts_per_token").asInt(0);
    }

    public List<Integer> layers() {
        return header.path("layers").valueStream().map(JsonNode::asInt).toList();
    }

    /** The sentence that says most. */
    public String headline() {
        return header.path("headline").asString("");
    }

    /** The sentences that say the rest. */
    public List<String> details() {
        return header.path("details").valueStream().map(JsonNode::asString).toList();
    }
}
