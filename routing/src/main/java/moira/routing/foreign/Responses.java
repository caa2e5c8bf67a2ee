package moira.routing.foreign;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.routing.trace.TraceBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers of vLLM's and SGLang's HTTP interfaces as they come, with {@code routed_experts}: base64 of an npy [tokens, layers, k], or
 * nested lists; SGLang's is base64 of int32 without a header. A choice is a document. It covers prompt and answer together, up to the last
 * token, which was never fed; or the answer alone, where the prompt's stands apart.
 */
final class Responses implements RowSource {
    private static final String ROUTED = "routed_experts";
    private static final String PROMPT = "prompt_routed_experts";
    private static final JsonMapper JSON = new JsonMapper();

    private final ImportOptions options;
    private final Account account;
    private final RowSource responses;
    private final Deque<JsonNode> rows = new ArrayDeque<>();
    private String where;
    private int documents;
    private boolean toldPrompt;
    private boolean toldDense;

    Responses(Path file, ImportOptions options, TraceBuilder trace, Account account) {
        this.options = options;
        this.account = account;
        responses = JsonRows.open(file);
        where = file.toString();
    }

    @Override
    public JsonNode next() {
        while (rows.isEmpty()) {
            JsonNode response = responses.next();
            if (response == null) {
                return null;
            }
            where = responses.at();
            addAll(response);
        }
        return rows.remove();
    }

    @Override
    public String at() {
        return where;
    }

    @Override
    public void close() throws IOException {
        responses.close();
    }

    private void addAll(JsonNode response) {
        JsonNode choices = response.path("choices");
        if (choices.isArray() && choices.size() > 0) {
            for (JsonNode choice : choices) {
                add(response, choice);
            }
        } else {
            // SGLang's own interface answers without choices.
            add(response, response);
        }
    }

    private void add(JsonNode response, JsonNode choice) {
        JsonNode routed = first(ROUTED, choice, choice.path("meta_info"), response);
        if (routed == null) {
            throw MoiraException.expected(
                    where, "\"" + ROUTED + "\" in every choice (asked for in the request)", "none");
        }
        int[][][] answer = experts(routed);
        JsonNode apart = first(PROMPT, choice, response);
        Optional<List<Integer>> prompt = ids("prompt_token_ids", choice, response);
        Optional<List<Integer>> ids = ids("token_ids", choice, response);
        int start = 0;
        if (apart != null && prompt.isPresent()) {
            start = prompt.get().size();
            add(response, experts(apart), prompt, 0, start);
        } else if (apart != null && !toldPrompt) {
            account.lacks("prompts: their routing stands apart without ids of their tokens, and is left out");
            toldPrompt = true;
        }
        Optional<List<Integer>> whole = prompt.flatMap(before -> ids.map(after -> joined(before, after)));
        // Version 0.21 of vLLM gives the answer's alone, also where it gives the prompt's tokens.
        boolean alone = apart != null
                || whole.isEmpty()
                || (!covers(answer.length, whole.get()) && covers(answer.length, ids.get()));
        Optional<List<Integer>> covered = alone ? ids : whole;
        if (covered.isPresent() && !covers(answer.length, covered.get())) {
            throw MoiraException.expected(
                    where + ", " + ROUTED,
                    "a row for each of the " + covered.get().size() + " tokens, or for all but the last",
                    answer.length);
        }
        add(response, answer, covered, start, alone ? start : prompt.get().size());
        documents++;
    }

    private static List<Integer> joined(List<Integer> before, List<Integer> after) {
        List<Integer> all = new ArrayList<>(before);
        all.addAll(after);
        return all;
    }

    /** The last token was never fed, but where an answer goes on. */
    private static boolean covers(int rows, List<Integer> tokens) {
        return rows == tokens.size() || rows == tokens.size() - 1;
    }

    private void add(JsonNode response, int[][][] experts, Optional<List<Integer>> ids, int start, int answer) {
        String key = where + ", choice " + documents;
        String domain = response.path("domain").asString(null);
        for (int t = 0; t < experts.length; t++) {
            for (int layer = 0; layer < experts[t].length; layer++) {
                if (isDense(experts[t][layer])) {
                    continue;
                }
                ObjectNode row = JSON.createObjectNode();
                ImportOptions.Fields fields = options.fields();
                row.put(
                        fields.document().split(",", -1)[0],
                        options.documents() == null ? key : String.valueOf(documents));
                row.put(fields.position(), start + t);
                row.put(fields.layer(), options.firstLayer() + layer);
                ArrayNode chosen = row.putArray(fields.experts());
                for (int expert : experts[t][layer]) {
                    chosen.add(expert);
                }
                if (ids.isPresent()) {
                    row.put(fields.token(), ids.get().get(t));
                }
                if (domain != null) {
                    row.put(fields.domain(), domain);
                }
                row.put(RowsImport.ANSWER, answer);
                rows.add(row);
            }
        }
    }

    /** Layers that do not route are all zero: no token goes to expert 0 twice. */
    private boolean isDense(int... experts) {
        boolean dense = experts.length > 1 && IntStream.of(experts).allMatch(e -> e == 0);
        if (dense && !toldDense) {
            account.note("%s: decisions of zeros alone are left out: layers that do not route", where);
            toldDense = true;
        }
        return dense;
    }

    private static JsonNode first(String name, JsonNode... places) {
        for (JsonNode place : places) {
            if (place.hasNonNull(name)) {
                return place.get(name);
            }
        }
        return null;
    }

    private Optional<List<Integer>> ids(String name, JsonNode... places) {
        JsonNode array = first(name, places);
        if (array == null || !array.isArray()) {
            return Optional.empty();
        }
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : array) {
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
                throw MoiraException.expected(where + ", " + name, "ids", Shown.of(id));
            }
            ids.add(id.intValue());
        }
        return Optional.of(ids);
    }

    private int[][][] experts(JsonNode routed) {
        return routed.isArray() ? ofLists(routed) : ofBase64(routed);
    }

    private int[][][] ofLists(JsonNode routed) {
        try {
            return JSON.treeToValue(routed, int[][][].class);
        } catch (RuntimeException e) {
            throw MoiraException.expected(
                    where + ", " + ROUTED, "lists [tokens][layers][k] of whole numbers", Shown.of(routed));
        }
    }

    private int[][][] ofBase64(JsonNode routed) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(routed.asString(""));
        } catch (IllegalArgumentException e) {
            throw MoiraException.expected(where + ", " + ROUTED, "base64, or lists", Shown.of(routed));
        }
        return bytes.length > 6 && bytes[1] == 'N' && bytes[2] == 'U' ? ofNpy(bytes) : ofInts(bytes);
    }

    private int[][][] ofNpy(byte[] bytes) {
        InputStream in = new ByteArrayInputStream(bytes);
        String at = where + ", " + ROUTED;
        NpyHeader header = NpyHeader.read(at, in);
        try (NumberArray array = new NumberArray(at, header.type(), header.shape(), in)) {
            List<Long> shape = array.ofIntegers().shape();
            if (shape.size() != 3 || NumberArray.size(array.where(), shape) > bytes.length) {
                throw MoiraException.expected(array.where(), "a shape [tokens, layers, k]", shape);
            }
            long[] values = array.integers((int) NumberArray.size(array.where(), shape));
            return shaped(values, shape.get(1).intValue(), shape.get(2).intValue());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without a header the shape has to be said. */
    private int[][][] ofInts(byte[] bytes) {
        int layers = options.modelLayers() - options.firstLayer();
        int k = options.expertsPerToken();
        if (layers < 1 || k < 1 || bytes.length % (4L * layers * k) != 0) {
            throw MoiraException.expected(
                    where + ", " + ROUTED,
                    "an npy, or int32 [tokens, layers, k] with --layers-in-model and --experts-per-token that divide it",
                    bytes.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] values = new long[bytes.length / 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.getInt();
        }
        return shaped(values, layers, k);
    }

    private static int[][][] shaped(long[] values, int layers, int k) {
        int tokens = layers * k == 0 ? 0 : values.length / (layers * k);
        int[][][] experts = new int[tokens][layers][k];
        for (int i = 0; i < tokens * layers * k; i++) {
            experts[i / (layers * k)][i / k % layers][i % k] = (int) values[i];
        }
        return experts;
    }
}
