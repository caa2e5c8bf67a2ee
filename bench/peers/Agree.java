import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import moira.engine.Model;
import moira.engine.Session;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.FormatMix;
import moira.engine.conversion.Conversion;

/**
 * Converts small models to GGUF files of F32, and writes down how Moira goes on with some prompts, for llama.cpp to be held against. What a
 * family has and llama.cpp has not is taken out of its config, so that both compute the same model.
 */
final class Agree {
    private static final int PROMPTS = 3;
    private static final int PROMPT = 32;
    private static final int NEW = 32;

    /** What is changed in a config: a pattern, and what takes its place. */
    private static final Map<String, String[]> CHANGED = new LinkedHashMap<>();

    static {
        CHANGED.put("mixtral", new String[] {"\"sliding_window\": \\d+", "\"sliding_window\": null", "without its window"});
        CHANGED.put("mixtral-fused", CHANGED.get("mixtral"));
        CHANGED.put("mistral", new String[] {"\"sliding_window\": \\d+", "\"sliding_window\": null", "without its window"});
        CHANGED.put("olmoe", new String[] {"\"clip_qkv\": [\\d.]+", "\"clip_qkv\": null", "without clipping"});
        CHANGED.put("gpt-oss", new String[] {"\"truncate\": false", "\"truncate\": true", "with YaRN's ends rounded"});
        CHANGED.put("gpt-oss-mxfp4", CHANGED.get("gpt-oss"));
    }

    /** @param args the folder of the models, and where to write */
    public static void main(String[] args) throws IOException {
        Path out = Path.of(args[1]);
        List<String> lines = new ArrayList<>();
        try (Stream<Path> models = Files.list(Path.of(args[0]))) {
            for (Path model : models.filter(Files::isDirectory).sorted().toList()) {
                lines.add(prepared(model, out));
            }
        }
        Files.writeString(out.resolve("agree.json"), "[" + String.join(",\n", lines) + "]\n");
    }

    private static String prepared(Path source, Path out) throws IOException {
        String name = source.getFileName().toString();
        Path model = Files.createDirectories(out.resolve(name));
        String[] change = CHANGED.get(name);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Path link = model.resolve(file.getFileName());
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, file.toAbsolutePath());
            }
        }
        String config = Files.readString(source.resolve("config.json"));
        Files.delete(model.resolve("config.json"));
        Files.writeString(model.resolve("config.json"), change == null ? config : config.replaceAll(change[0], change[1]));
        Path gguf = out.resolve(name + ".gguf");
        try (Checkpoint checkpoint = Checkpoints.open(model)) {
            new Conversion(checkpoint, FormatMix.named("F32")).write(gguf, true, 1, bytes -> {});
        }
        return "{\"name\": \"" + name + "\", \"changed\": \"" + (change == null ? "" : change[2]) + "\", \"gguf\": \""
                + gguf.toAbsolutePath() + "\", \"rows\": " + continued(model) + "}";
    }

    private static List<String> continued(Path folder) {
        SplittableRandom random = new SplittableRandom(18);
        List<String> rows = new ArrayList<>();
        try (Model model = Model.load(folder)) {
            for (int p = 0; p < PROMPTS; p++) {
                int[] prompt = random.ints(PROMPT, 3, 300).toArray();
                int[] greedy = new int[NEW];
                float[] ahead = new float[NEW];
                Session session = model.newSession(PROMPT + NEW);
                float[] logits = session.logits(prompt);
                for (int i = 0; i < NEW; i++) {
                    greedy[i] = highest(logits);
                    ahead[i] = ahead(logits, greedy[i]);
                    logits = session.logits(greedy[i]);
                }
                rows.add("{\"prompt\": " + Arrays.toString(prompt) + ", \"greedy\": " + Arrays.toString(greedy) + ", \"ahead\": "
                        + Arrays.toString(ahead) + "}");
            }
        }
        return rows;
    }

    /** Of the next highest logit. */
    private static float ahead(float[] logits, int best) {
        float second = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.length; i++) {
            second = i == best ? second : Math.max(second, logits[i]);
        }
        return logits[best] - second;
    }

    private static int highest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
