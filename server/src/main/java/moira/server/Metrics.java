package moira.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import moira.engine.architecture.Architecture;
import moira.engine.batching.BatcherState;

/** What a server has done and is at, for Prometheus. */
final class Metrics {
    private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("moira_requests")
            .help("Requests answered.")
            .labelNames("route", "status")
            .register(registry);
    private final Counter promptTokens = counter("moira_prompt_tokens", "Tokens of prompts.");
    private final Counter cachedTokens =
            counter("moira_cached_prompt_tokens", "Of these, tokens that another sequence had computed.");
    private final Counter drawnTokens = counter("moira_generated_tokens", "Tokens drawn.");
    private final Histogram firstToken =
            histogram("moira_first_token_seconds", "From a request to its first token.", SECONDS);
    private final Histogram betweenTokens =
            histogram("moira_between_tokens_seconds", "From one token of an answer to the next.", SECONDS);
    private final Histogram batchRows = histogram(
            "moira_batch_rows", "Tokens that went through the layers together.", 1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
    private final int experts;
    private final int expertsPerToken;
    private final AtomicLongArray assignments;

    /** @param state of the batcher */
    Metrics(Architecture architecture, Supplier<BatcherState> state) {
        experts = architecture.experts();
        expertsPerToken = architecture.expertsPerToken();
        assignments = new AtomicLongArray(architecture.depth() * Math.max(1, experts));
        List<Integer> layers = architecture.routedLayers();
        gauge(
                "moira_running_sequences",
                "Sequences in the batch.",
                () -> state.get().running());
        gauge(
                "moira_queued_sequences",
                "Sequences that wait.",
                () -> state.get().queued());
        gauge(
                "moira_kept_sequences",
                "Sequences that ended and may be gone on with.",
                () -> state.get().kept());
        gauge("moira_kv_bytes", "Bytes of keys and values.", () -> state.get().kvBytes());
        CounterWithCallback.builder()
                .name("moira_expert_assignments")
                .help("How often an expert was chosen.")
                .labelNames("layer", "expert")
                .callback(told -> {
                    for (int layer : layers) {
                        for (int e = 0; e < experts; e++) {
                            told.call(assignments.get(layer * experts + e), String.valueOf(layer), String.valueOf(e));
                        }
                    }
                })
                .register(registry);
    }

    private Counter counter(String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    private Histogram histogram(String name, String help, double... bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry);
    }

    private void gauge(String name, String help, Supplier<Number> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(told -> told.call(value.get().doubleValue()))
                .register(registry);
    }

    void answered(String route, int status) {
        requests.labelValues(route, String.valueOf(status)).inc();
    }

    void started(int prompt, int cached) {
        promptTokens.inc(prompt);
        cachedTokens.inc(cached);
    }

    void drew(boolean first, long nanos) {
        drawnTokens.inc();
        (first ? firstToken : betweenTokens).observe(nanos / 1e9);
    }

    void stepped(int rows) {
        batchRows.observe(rows);
    }

    /** {@code [tokens][k]}, of one layer; the arrays may be longer. */
    void routed(int layer, int tokens, int[] chosen) {
        for (int i = 0; i < tokens * expertsPerToken; i++) {
            assignments.incrementAndGet(layer * experts + chosen[i]);
        }
    }

    byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
