package moira.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.chat.ChatMessage;
import moira.engine.chat.ChatTemplate;
import moira.engine.chat.Conversation;
import moira.engine.generation.SamplingOptions;
import moira.engine.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;

/** Reads requests. What is not honoured is refused by its name. */
final class AskReader {
    private static final int MOST_PROMPTS = 64;
    private static final int MOST_CHOICES = 16;
    private static final int MOST_STOPS = 16;
    private static final int LONGEST_STOP = 1_000;
    private static final int MOST_LOGPROBS = 20;
    private static final int DEFAULT_TOKENS = 16;

    private final Model model;
    private final Optional<ChatTemplate> template;
    private final ServerOptions options;

    /** @param template empty for a model that is no chat model */
    AskReader(Model model, Optional<ChatTemplate> template, ServerOptions options) {
        this.model = model;
        this.template = template;
        this.options = options;
    }

    Ask completion(JsonNode body) {
        Parameters p = new Parameters(body);
        List<int[]> prompts = prompts(p);
        long most = p.whole("max_tokens", 0, Integer.MAX_VALUE).orElse((long) DEFAULT_TOKENS);
        int logprobs = p.whole("logprobs", 0, MOST_LOGPROBS).map(Long::intValue).orElse(-1);
        boolean echo = p.truth("echo");
        p.allowOnly("best_of", "1");
        p.allowOnly("suffix", "\"\"");
        return asked(p, false, prompts, (int) most, logprobs, echo, true);
    }

    Ask chat(JsonNode body) {
        Parameters p = new Parameters(body);
        int[] prompt = conversation(p);
        Optional<Long> most = p.whole("max_completion_tokens", 1, Integer.MAX_VALUE);
        Optional<Long> older = p.whole("max_tokens", 1, Integer.MAX_VALUE);
        int room = Math.max(1, model.architecture().context() - prompt.length);
        int tokens = most.or(() -> older).map(Long::intValue).orElse(Math.min(room, options.answerTokens()));
        boolean logprobs = p.truth("logprobs");
        int top = p.whole("top_logprobs", 0, MOST_LOGPROBS).map(Long::intValue).orElse(0);
        if (top > 0 && !logprobs) {
            throw ApiError.wrong("top_logprobs", "logprobs: true beside it", "none");
        }
        p.allowOnly("tools", "[]");
        p.allowOnly("functions", "[]");
        p.allowOnly("tool_choice", "\"none\"", "\"auto\"");
        p.allowOnly("modalities", "[\"text\"]");
        p.letBe("parallel_tool_calls");
        return asked(p, true, List.of(prompt), tokens, logprobs ? top : -1, false, false);
    }

    private Ask asked(
            Parameters p,
            boolean chat,
            List<int[]> prompts,
            int maxTokens,
            int logprobs,
            boolean echo,
            boolean goesOn) {
        p.text("model").filter(name -> !name.equals(model.name())).ifPresent(name -> {
            throw new ApiError(404, "model_not_found", "model", "model: expected " + model.name() + ", found " + name);
        });
        SamplingOptions sampling = sampling(p);
        int choices = p.whole("n", 1, MOST_CHOICES).map(Long::intValue).orElse(1);
        List<String> stops = p.texts("stop", MOST_STOPS, LONGEST_STOP);
        boolean stream = p.truth("stream");
        Optional<Parameters> streaming = p.object("stream_options");
        boolean usage = streaming.map(o -> o.truth("include_usage")).orElse(false);
        streaming.ifPresent(o -> {
            o.letBe("include_obfuscation");
            o.requireAllRead();
        });
        if (streaming.isPresent() && !stream) {
            throw ApiError.wrong("stream_options", "stream: true beside it", "none");
        }
        p.object("response_format").ifPresent(format -> {
            format.allowOnly("type", "\"text\"");
            format.requireAllRead();
        });
        Optional<Ask.RoutingAsk> routing = p.object("routing").map(this::routing);
        boolean routed = p.truth("return_routed_experts");
        p.allowOnly("store", "false");
        p.allowOnly("service_tier", "\"auto\"", "\"default\"");
        p.letBe("user", "metadata", "safety_identifier", "prompt_cache_key");
        p.requireAllRead();
        if ((routing.isPresent() || routed)
                && model.architecture().routedLayers().isEmpty()) {
            throw ApiError.wrong("routing", "a model that routes", "a dense one");
        }
        int context = model.architecture().context();
        for (int[] prompt : prompts) {
            if (prompt.length == 0) {
                throw ApiError.wrong(chat ? "messages" : "prompt", "at least one token", "none");
            }
            if ((long) prompt.length + maxTokens > context) {
                throw new ApiError(
                        400,
                        "context_length_exceeded",
                        chat ? "messages" : "prompt",
                        "the model's context has " + context + " tokens; the prompt has " + prompt.length + ", and "
                                + maxTokens + " were asked for");
            }
        }
        return new Ask(
                chat, prompts, choices, maxTokens, sampling, stops, logprobs, echo, goesOn, stream, usage, routing,
                routed);
    }

    private SamplingOptions sampling(Parameters p) {
        Map<Integer, Float> bias = new HashMap<>();
        p.object("logit_bias")
                .ifPresent(object -> p.get("logit_bias")
                        .orElseThrow()
                        .properties()
                        .forEach(entry -> {
                            boolean id = entry.getKey().matches("\\d{1,7}")
                                    && Integer.parseInt(entry.getKey())
                                            < model.architecture().vocabulary();
                            double value = entry.getValue().isNumber()
                                    ? entry.getValue().doubleValue()
                                    : Double.NaN;
                            if (!id || !(Math.abs(value) <= 100)) {
                                throw ApiError.wrong(
                                        "logit_bias",
                                        "ids of tokens with numbers from -100 to 100",
                                        '"' + entry.getKey() + '"');
                            }
                            bias.put(Integer.valueOf(entry.getKey()), (float) value);
                        }));
        long seed = p.whole("seed", Long.MIN_VALUE + 1, Long.MAX_VALUE)
                .orElseGet(() -> ThreadLocalRandom.current().nextLong());
        try {
            return new SamplingOptions(
                    (float) p.number("temperature", 0, 2, 1),
                    p.whole("top_k", -1, Integer.MAX_VALUE)
                            .map(k -> Math.max(0, k.intValue()))
                            .orElse(0),
                    (float) Math.max(Float.MIN_VALUE, p.number("top_p", 0, 1, 1)),
                    Math.min(Math.nextDown(1f), (float) p.number("min_p", 0, 1, 0)),
                    (float) p.number("repetition_penalty", 0.01, 100, 1),
                    seed,
                    (float) p.number("frequency_penalty", -2, 2, 0),
                    (float) p.number("presence_penalty", -2, 2, 0),
                    bias);
        } catch (MoiraException e) {
            throw new ApiError(400, "invalid_value", null, e.getMessage());
        }
    }

    private Ask.RoutingAsk routing(Parameters p) {
        List<Integer> routed = model.architecture().routedLayers();
        List<Integer> layers = new ArrayList<>();
        Optional<JsonNode> wanted = p.get("layers");
        if (wanted.isEmpty() || wanted.get().asString("").equals("all")) {
            layers.addAll(routed);
        } else {
            for (JsonNode layer : wanted.get()) {
                if (!layer.isIntegralNumber() || !routed.contains(layer.intValue())) {
                    throw p.wrong("layers", "\"all\", or layers that route");
                }
                layers.add(layer.intValue());
            }
            if (layers.isEmpty()) {
                throw p.wrong("layers", "\"all\", or layers that route");
            }
        }
        Ask.RoutingAsk ask =
                new Ask.RoutingAsk(layers.stream().distinct().sorted().toList(), p.truth("weights"), p.truth("prompt"));
        p.requireAllRead();
        return ask;
    }

    /** A text, a list of ids, or a list of either. */
    private List<int[]> prompts(Parameters p) {
        JsonNode prompt = p.get("prompt").orElseThrow(() -> ApiError.wrong("prompt", "a text, or ids", "none"));
        if (prompt.isString()
                || (prompt.isArray() && prompt.size() > 0 && prompt.get(0).isNumber())) {
            return List.of(prompt(prompt, p));
        }
        if (!prompt.isArray() || prompt.size() == 0 || prompt.size() > MOST_PROMPTS) {
            throw p.wrong("prompt", "a text, ids, or at most " + MOST_PROMPTS + " of these");
        }
        List<int[]> prompts = new ArrayList<>();
        prompt.forEach(one -> prompts.add(prompt(one, p)));
        return prompts;
    }

    private int[] prompt(JsonNode prompt, Parameters p) {
        if (prompt.isString()) {
            return withBos(model.tokenizer(), prompt.stringValue());
        }
        int vocabulary = model.architecture().vocabulary();
        if (!prompt.isArray()) {
            throw p.wrong("prompt", "texts, or lists of ids");
        }
        int[] ids = new int[prompt.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = prompt.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0 || id.intValue() >= vocabulary) {
                throw p.wrong("prompt", "ids below " + vocabulary);
            }
            ids[i] = id.intValue();
        }
        return ids;
    }

    private static int[] withBos(Tokenizer tokenizer, String text) {
        IntStream bos = tokenizer.addsBos() && tokenizer.bos() >= 0 ? IntStream.of(tokenizer.bos()) : IntStream.empty();
        return IntStream.concat(bos, IntStream.of(tokenizer.encode(text))).toArray();
    }

    private int[] conversation(Parameters p) {
        JsonNode messages =
                p.get("messages").filter(JsonNode::isArray).orElseThrow(() -> p.wrong("messages", "a list"));
        List<ChatMessage> said = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            said.add(message(messages.get(i), "messages[" + i + "]"));
        }
        ChatTemplate layout = template.orElseThrow(() -> new ApiError(
                400,
                "no_chat_template",
                "messages",
                "messages: " + model.name() + " has no chat template (--chat-template)"));
        try {
            return layout.prompt(Conversation.of(said));
        } catch (MoiraException e) {
            throw new ApiError(400, "invalid_value", "messages", "messages: " + e.getMessage());
        }
    }

    private static ChatMessage message(JsonNode message, String where) {
        Parameters p = new Parameters(message);
        String role = p.text("role").orElse("");
        String content = content(p.get("content").orElse(null), where + ".content");
        p.letBe("name");
        p.allowOnly("tool_calls", "[]");
        p.allowOnly("refusal");
        try {
            p.requireAllRead();
        } catch (ApiError e) {
            throw new ApiError(e.status(), "unknown_parameter", where, where + "." + e.getMessage());
        }
        return switch (role) {
            case "system", "developer" -> ChatMessage.system(content);
            case "user" -> ChatMessage.user(content);
            case "assistant" -> ChatMessage.assistant(content);
            default -> throw ApiError.wrong(where + ".role", "system, user or assistant", '"' + role + '"');
        };
    }

    /** A text, or parts that are texts. */
    private static String content(JsonNode content, String where) {
        if (content != null && content.isString()) {
            return content.stringValue();
        }
        StringBuilder text = new StringBuilder();
        if (content == null || !content.isArray()) {
            throw ApiError.wrong(where, "a text, or parts of type text", content);
        }
        for (JsonNode part : content) {
            if (!part.path("type").asString("").equals("text")
                    || !part.path("text").isString()) {
                throw ApiError.wrong(where, "parts of type text", part.path("type"));
            }
            text.append(part.path("text").stringValue());
        }
        return text.toString();
    }
}
