package moira.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.RoutingObserver;
import moira.engine.batching.Course;
import moira.engine.generation.Continuation;
import moira.engine.generation.Sampler;
import moira.engine.generation.SamplingOptions;
import moira.engine.generation.StopStrings;
import moira.engine.tokenizer.StreamingDecoder;

/** One answer to one prompt, as it grows. The batcher's thread drives it, and whoever asked is told of every piece. */
final class Choice implements Course, RoutingObserver {
    /** Who asked. Called by the batcher's thread. */
    interface Listener {
        /** There is more: text, tokens or both. */
        void grew(Choice choice, Piece piece);

        /** It is whole, or nobody wanted it any more. */
        void ended(Choice choice);

        void failed(Choice choice, MoiraException reason);

        /** Whether it can be told more now. */
        boolean isReady();
    }

    /**
     * What is new.
     *
     * @param logprobs of its tokens, where they were asked for
     */
    record Piece(String text, List<LogProbabilities.Told> logprobs) {}

    private final Ask ask;
    private final int index;
    private final int[] prompt;
    private final int vocabulary;
    private final Continuation continuation;
    private final Metrics metrics;
    private final Listener listener;
    private final RoutingRecord routing;
    private final BooleanSupplier cancelled;
    private final List<LogProbabilities.Told> pending = new ArrayList<>();
    private final List<LogProbabilities.Told> ofPrompt = new ArrayList<>();
    private final long asked = System.nanoTime();
    private long lastToken;
    private int reused;
    /** Tokens whose routing was told. */
    private int told;

    /** @param cancelled whether nobody wants the request any more */
    Choice(Model model, Ask ask, int prompt, int index, Metrics metrics, BooleanSupplier cancelled, Listener listener) {
        this.ask = ask;
        this.index = index;
        this.prompt = ask.prompts().get(prompt);
        this.metrics = metrics;
        this.cancelled = cancelled;
        this.listener = listener;
        vocabulary = model.tokenizer().size();
        routing =
                ask.routing().isPresent() || ask.returnRoutedExperts() ? new RoutingRecord(model.architecture()) : null;
        StreamingDecoder decoder = model.tokenizer().streamingDecoder();
        if (ask.goesOn()) {
            for (int token : this.prompt) {
                decoder.next(token);
            }
        }
        continuation = new Continuation(
                model.tokenizer(),
                model.endTokens(),
                new Sampler(seeded(ask.sampling(), index)),
                new StopStrings(ask.stops()),
                decoder);
        continuation.begin(this.prompt, ask.maxTokens(), Continuation.End.MAX_TOKENS);
        told = ask.routing().map(Ask.RoutingAsk::prompt).orElse(false) ? 0 : this.prompt.length;
    }

    /** Choices of one request differ, and are the same again with the same seed. */
    private static SamplingOptions seeded(SamplingOptions o, int number) {
        return new SamplingOptions(
                o.temperature(),
                o.topK(),
                o.topP(),
                o.minP(),
                o.repeatPenalty(),
                o.seed() + number,
                o.frequencyPenalty(),
                o.presencePenalty(),
                o.bias());
    }

    int index() {
        return index;
    }

    @Override
    public int[] prompt() {
        return prompt;
    }

    @Override
    public int length() {
        return prompt.length + ask.maxTokens();
    }

    @Override
    public Optional<RoutingObserver> observer() {
        return Optional.of(this);
    }

    @Override
    public void routed(int layer, int position, int tokens, int[] experts, float[] weights, float[] scores) {
        metrics.routed(layer, tokens, experts);
        if (routing != null) {
            routing.routed(layer, position, tokens, experts, weights, scores);
        }
    }

    @Override
    public boolean wantsPromptLogits() {
        return ask.echo() && ask.logprobs() >= 0;
    }

    @Override
    public boolean mayReuse() {
        return !wantsPromptLogits() && !ask.observesPrompt();
    }

    @Override
    public void started(int tokens) {
        reused = tokens;
        metrics.started(prompt.length, tokens);
    }

    @Override
    public void promptLogits(int position, float[] logits) {
        ofPrompt.add(LogProbabilities.of(logits, vocabulary, prompt[position + 1], ask.logprobs()));
    }

    @Override
    public int next(float[] logits) {
        if (continuation.hasEnded()) {
            return -1;
        }
        int token = continuation.next(logits);
        boolean shown = continuation.end() != Continuation.End.EOS;
        if (ask.logprobs() >= 0 && shown) {
            pending.add(LogProbabilities.of(logits, vocabulary, token, ask.logprobs()));
        }
        long now = System.nanoTime();
        metrics.drew(lastToken == 0, now - (lastToken == 0 ? asked : lastToken));
        lastToken = now;
        String text = continuation.takeText();
        if (!text.isEmpty() || !pending.isEmpty()) {
            listener.grew(this, new Piece(text, List.copyOf(pending)));
            pending.clear();
        }
        return continuation.hasEnded() ? -1 : token;
    }

    @Override
    public boolean isReady() {
        return listener.isReady();
    }

    @Override
    public boolean isCancelled() {
        return cancelled.getAsBoolean();
    }

    @Override
    public void ended() {
        listener.ended(this);
    }

    @Override
    public void failed(MoiraException reason) {
        listener.failed(this, reason);
    }

    /** How likely the prompt's tokens but the first are. */
    List<LogProbabilities.Told> ofPrompt() {
        return ofPrompt;
    }

    /** OpenAI's word for why it ended; null as long as it goes on. */
    String finishReason() {
        return switch (continuation.end()) {
            case null -> null;
            case EOS, STOP_STRING -> "stop";
            case MAX_TOKENS, CONTEXT -> "length";
        };
    }

    int drawn() {
        return continuation.drawn();
    }

    int reused() {
        return reused;
    }

    /** The routing that is new since the last call, where it was asked for and there is some: a token's is known when it was fed. */
    Optional<Object> newRouting() {
        if (ask.routing().isEmpty() || routing.tokens() <= told) {
            return Optional.empty();
        }
        int from = told;
        told = routing.tokens();
        return Optional.of(routing.told(ask.routing().get(), from, told));
    }

    /** All of it, as vLLM gives it. */
    Optional<String> routedExperts() {
        return ask.returnRoutedExperts() ? Optional.of(routing.npy()) : Optional.empty();
    }
}
