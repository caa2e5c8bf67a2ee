package moira.routing.foreign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private final RoutedExperts experts;
    private final Deque<Part> parts = new ArrayDeque<>();
    /** The next decision of the first part. */
    private int at;

    private String where;
    private int documents;
    private boolean toldPrompt;
    private boolean toldDense;

    Responses(Path file, ImportOptions options, TraceBuilder trace, Account account) {
        this.options = options;
        this.account = account;
        experts = new RoutedExperts(options);
        responses = JsonRows.open(file);
        where = file.toString();
    }

    @Override
    public JsonNode next() {
        JsonNode row = null;
        while (row == null) {
            Part part = parts.peek();
            if (part == null) {
                JsonNode response = responses.next();
                if (response == null) {
                    return null;
                }
                where = responses.at();
                addAll(response);
            } else if (part.experts.length == 0 || at == (long) part.experts.length * part.experts[0].length) {
                parts.remove();
                at = 0;
            } else {
                row = decision(part);
            }
        }
        return row;
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
        String key = options.documents() == null ? where + ", choice " + documents : String.valueOf(documents);
        String domain = response.path("domain").asString(null);
        account.model(response.path("model").asString(null));
        int[][][] answer = experts.of(routed, where + ", " + ROUTED);
        JsonNode apart = first(PROMPT, choice, response);
        Optional<List<Integer>> prompt = ids("prompt_token_ids", choice, response);
        Optional<List<Integer>> ids = ids("token_ids", choice, response);
        int start = 0;
        if (apart != null && prompt.isPresent()) {
            start = prompt.get().size();
            int[][][] before = experts.of(apart, where + ", " + PROMPT);
            if (before.length != start) {
                throw MoiraException.expected(
                        where + ", " + PROMPT,
                        "a row for each of the " + start + " tokens of the prompt",
                        before.length);
            }
            parts.add(new Part(key, domain, before, prompt.get(), 0, start));
        } else if (apart != null && !toldPrompt) {
            account.lacks("prompts: their routing stands apart without ids of their tokens, and is left out");
            toldPrompt = true;
        }
        Optional<List<Integer>> whole = prompt.flatMap(before -> ids.map(after -> joined(before, after)));
        // Version 0.21 of vLLM gives the answer's alone, with a field for the prompt's, which may be null. A prompt of
        // one token fits both.
        boolean alone = apart != null
                || whole.isEmpty()
                || !covers(answer.length, whole.get())
                || (covers(answer.length, ids.get()) && (response.has(PROMPT) || choice.has(PROMPT)));
        Optional<List<Integer>> covered = alone ? ids : whole;
        if (covered.isPresent() && !covers(answer.length, covered.get())) {
            throw MoiraException.expected(
                    where + ", " + ROUTED,
                    "a row for each of the " + covered.get().size() + " tokens, or for all but the last",
                    answer.length);
        }
        int begins = alone ? start : prompt.get().size();
        parts.add(new Part(key, domain, answer, covered.orElse(List.of()), start, begins));
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

    /**
     * What is known of consecutive tokens of a document: of a prompt, of an answer, or of both.
     *
     * @param ids of the tokens, more than there are decisions perhaps; none where they are not known
     * @param answer the position where the answer begins
     */
    // Lives for one answer.
    @SuppressWarnings("ArrayRecordComponent")
    private record Part(String document, String domain, int[][][] experts, List<Integer> ids, int start, int answer) {}

    /** The next decision, a row at a time: rows of all at once would be a hundred times the size of the answer. */
    private JsonNode decision(Part part) {
        int token = at / part.experts[0].length;
        int layer = at % part.experts[0].length;
        at++;
        ObjectNode row = JSON.createObjectNode();
        ImportOptions.Fields fields = options.fields();
        row.put(fields.document().split(",", -1)[0], part.document);
        row.put(fields.position(), part.start + token);
        row.put(fields.layer(), options.firstLayer() + layer);
        ArrayNode chosen = row.putArray(fields.experts());
        for (int expert : part.experts[token][layer]) {
            chosen.add(expert);
        }
        if (!part.ids.isEmpty()) {
            row.put(fields.token(), part.ids.get(token));
        }
        if (part.domain != null) {
            row.put(fields.domain(), part.domain);
        }
        row.put(RowsImport.ANSWER, part.answer);
        return isDense(part.experts[token][layer]) ? null : row;
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
}
