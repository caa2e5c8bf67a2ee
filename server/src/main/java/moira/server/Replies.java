package moira.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers in OpenAI's shapes. */
final class Replies {
    private final Ask ask;
    private final String id;
    private final String model;
    private final long created;
    private final TokenTexts texts;

    Replies(Ask ask, String id, String model, long created, TokenTexts texts) {
        this.ask = ask;
        this.id = id;
        this.model = model;
        this.created = created;
        this.texts = texts;
    }

    private Map<String, Object> envelope(boolean chunk, List<Map<String, Object>> choices) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("id", id);
        reply.put("object", ask.chat() ? chunk ? "chat.completion.chunk" : "chat.completion" : "text_completion");
        reply.put("created", created);
        reply.put("model", model);
        reply.put("choices", choices);
        return reply;
    }

    Map<String, Object> whole(List<Map<String, Object>> choices, Map<String, Object> usage) {
        Map<String, Object> reply = envelope(false, choices);
        reply.put("usage", usage);
        return reply;
    }

    Map<String, Object> chunk(Map<String, Object> choice) {
        return envelope(true, List.of(choice));
    }

    Map<String, Object> lastChunk(Map<String, Object> usage) {
        Map<String, Object> reply = envelope(true, List.of());
        reply.put("usage", usage);
        return reply;
    }

    Map<String, Object> choice(Choice choice, String text, List<LogProbabilities.Told> logprobs) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("index", choice.index());
        if (ask.chat()) {
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("role", "assistant");
            message.put("content", text);
            message.put("refusal", null);
            reply.put("message", message);
        } else {
            reply.put("text", text);
        }
        reply.put("logprobs", logprobs(choice, logprobs, true));
        reply.put("finish_reason", choice.finishReason());
        putRouting(choice, reply);
        return reply;
    }

    Map<String, Object> firstDelta(Choice choice) {
        return delta(choice, Map.of("role", "assistant", "content", ""), null);
    }

    /** What is new of a choice in a stream. */
    Map<String, Object> delta(Choice choice, String text, List<LogProbabilities.Told> logprobs, boolean withPrompt) {
        Map<String, Object> reply = ask.chat()
                ? delta(choice, Map.of("content", text), null)
                : new LinkedHashMap<>(Map.of("index", choice.index(), "text", text));
        reply.put("logprobs", logprobs(choice, logprobs, withPrompt));
        reply.put("finish_reason", null);
        putRouting(choice, reply);
        return reply;
    }

    private static Map<String, Object> delta(Choice choice, Map<String, Object> delta, String reason) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("index", choice.index());
        reply.put("delta", delta);
        reply.put("finish_reason", reason);
        return reply;
    }

    Map<String, Object> lastDelta(Choice choice) {
        Map<String, Object> reply = ask.chat()
                ? delta(choice, Map.of(), choice.finishReason())
                : new LinkedHashMap<>(Map.of("index", choice.index(), "text", ""));
        reply.put("logprobs", null);
        reply.put("finish_reason", choice.finishReason());
        putRouting(choice, reply);
        choice.routedExperts().ifPresent(npy -> reply.put("routed_experts", npy));
        return reply;
    }

    private void putRouting(Choice choice, Map<String, Object> reply) {
        choice.newRouting().ifPresent(routing -> reply.put("routing", routing));
        if (choice.finishReason() != null) {
            choice.routedExperts().ifPresent(npy -> reply.put("routed_experts", npy));
        }
    }

    Map<String, Object> usage(List<Choice> choices) {
        long prompt = ask.prompts().stream().mapToLong(ids -> ids.length).sum();
        long drawn = choices.stream().mapToLong(Choice::drawn).sum();
        // Choices of one prompt share what the first of them computed.
        long cached = choices.stream()
                .filter(choice -> choice.index() % ask.choices() == 0)
                .mapToLong(Choice::reused)
                .sum();
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", drawn);
        usage.put("total_tokens", prompt + drawn);
        usage.put("prompt_tokens_details", Map.of("cached_tokens", cached));
        return usage;
    }

    private Object logprobs(Choice choice, List<LogProbabilities.Told> told, boolean withPrompt) {
        if (ask.logprobs() < 0) {
            return null;
        }
        return ask.chat() ? ofChat(told) : ofText(choice, told, withPrompt && ask.echo());
    }

    private Map<String, Object> ofChat(List<LogProbabilities.Told> told) {
        List<Object> content = new ArrayList<>();
        for (LogProbabilities.Told one : told) {
            Map<String, Object> token = likely(one.token());
            token.put("top_logprobs", one.top().stream().map(this::likely).toList());
            content.add(token);
        }
        Map<String, Object> logprobs = new LinkedHashMap<>();
        logprobs.put("content", content);
        logprobs.put("refusal", null);
        return logprobs;
    }

    private Map<String, Object> likely(LogProbabilities.Likely likely) {
        String text = texts.of(likely.token());
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("token", text);
        token.put("logprob", finite(likely.logprob()));
        token.put("bytes", TokenTexts.bytes(text));
        return token;
    }

    /** JSON has no infinity. */
    private static double finite(double logprob) {
        return Math.max(logprob, -9999);
    }

    private Map<String, Object> ofText(Choice choice, List<LogProbabilities.Told> told, boolean withPrompt) {
        List<String> tokens = new ArrayList<>();
        List<Object> logprobs = new ArrayList<>();
        List<Object> top = new ArrayList<>();
        if (withPrompt) {
            tokens.add(texts.of(choice.prompt()[0]));
            logprobs.add(null);
            top.add(null);
        }
        List<LogProbabilities.Told> all = new ArrayList<>(withPrompt ? choice.ofPrompt() : List.of());
        all.addAll(told);
        for (LogProbabilities.Told one : all) {
            tokens.add(texts.of(one.token().token()));
            logprobs.add(finite(one.token().logprob()));
            Map<String, Object> best = new LinkedHashMap<>();
            one.top().forEach(likely -> best.put(texts.of(likely.token()), finite(likely.logprob())));
            top.add(best);
        }
        List<Integer> offsets = new ArrayList<>();
        int at = 0;
        for (String token : tokens) {
            offsets.add(at);
            at += token.length();
        }
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("tokens", tokens);
        reply.put("token_logprobs", logprobs);
        reply.put("top_logprobs", ask.logprobs() == 0 ? null : top);
        reply.put("text_offset", offsets);
        return reply;
    }
}
