package moira.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.engine.batching.Batcher;
import moira.engine.chat.ChatTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a loaded model answers. */
final class Api {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(50)
                            .maxStringLength(Server.MOST_BODY)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final Model model;
    private final Batcher batcher;
    private final Metrics metrics;
    private final AskReader reader;
    private final TokenTexts texts;
    private final long created = System.currentTimeMillis() / 1000;

    Api(Model model, Optional<ChatTemplate> template, Batcher batcher, Metrics metrics, ServerOptions options) {
        this.model = model;
        this.batcher = batcher;
        this.metrics = metrics;
        reader = new AskReader(model, template, options);
        texts = new TokenTexts(model.tokenizer());
    }

    Metrics metrics() {
        return metrics;
    }

    Map<String, Object> models() {
        return Map.of("object", "list", "data", List.of(described()));
    }

    private Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("id", model.name());
        described.put("object", "model");
        described.put("created", created);
        described.put("owned_by", "moira");
        described.put("max_model_len", model.architecture().context());
        return described;
    }

    Map<String, Object> model(String name) {
        if (!name.equals(model.name())) {
            throw new ApiError(404, "model_not_found", "model", "model: expected " + model.name() + ", found " + name);
        }
        return described();
    }

    /** Reads a request and sends it on its way; errors are the caller's. */
    void complete(boolean chat, byte[] body, Exchange exchange) {
        JsonNode json = parsed(body);
        Ask ask;
        try {
            ask = chat ? reader.chat(json) : reader.completion(json);
        } catch (MoiraException e) {
            throw new ApiError(400, "invalid_value", null, e.getMessage());
        }
        String id = (chat ? "chatcmpl-" : "cmpl-")
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        Replies replies = new Replies(ask, id, model.name(), System.currentTimeMillis() / 1000, texts);
        Answer answer = new Answer(ask, exchange, replies, model.tokenizer());
        BooleanSupplier cancelled = () -> exchange.gone().get() || answer.isRefused();
        for (int prompt = 0; prompt < ask.prompts().size(); prompt++) {
            for (int i = 0; i < ask.choices(); i++) {
                int index = prompt * ask.choices() + i;
                answer.add(new Choice(model, ask, prompt, index, metrics, cancelled, answer));
            }
        }
        submit(answer);
    }

    private void submit(Answer answer) {
        // Before anything grows, so that nothing is sent before the head.
        answer.begin();
        try {
            for (Choice choice : answer.choices()) {
                if (!batcher.submit(choice)) {
                    throw new ApiError(
                            429, "queue_full", null, "the queue is full, or the server ends: ask again later");
                }
            }
        } catch (ApiError e) {
            answer.refuse(e);
        } catch (MoiraException e) {
            answer.refuse(new ApiError(400, "too_long", "max_tokens", e.getMessage()));
        }
    }

    private static JsonNode parsed(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (!json.isObject()) {
                throw new ApiError(400, "invalid_json", null, "body: expected a JSON object");
            }
            return json;
        } catch (JacksonException e) {
            throw new ApiError(400, "invalid_json", null, "body: expected JSON, found " + Reason.of(e));
        }
    }
}
