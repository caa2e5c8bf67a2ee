package moira.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.batching.BatcherOptions;
import moira.engine.chat.ChatMessage;
import moira.engine.chat.ChatTemplate;
import moira.engine.chat.Conversation;
import moira.engine.generation.Generator;
import moira.engine.generation.SamplingOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bundled model behind HTTP, held against itself without. */
class ServerTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String PROMPT = "The history of mathematics begins";

    private static Model model;
    private static ChatTemplate template;
    private static Server server;

    @BeforeAll
    static void start() {
        Path home = Path.of(System.getProperty("moira.home", ".."));
        model = Model.load(
                home.resolve("bundled/model.gguf"), ModelOptions.defaults().withThreads(2));
        template = model.chatTemplate("mistral-v1");
        server = server(16, 64);
        server.serve(model, Optional.of(template));
    }

    private static Server server(int sessions, int queue) {
        return Server.start(new ServerOptions(
                "127.0.0.1",
                0,
                Optional.empty(),
                false,
                Set.of("https://friend.example"),
                new BatcherOptions(sessions, queue, model.kvBytes(20_000)),
                100));
    }

    @AfterAll
    static void stop() {
        server.close();
        model.close();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path)).timeout(Duration.ofSeconds(60));
    }

    private static HttpResponse<String> post(String path, String body) {
        try {
            return CLIENT.send(
                    request(path)
                            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static List<JsonNode> events(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<JsonNode> events = new ArrayList<>();
        for (String event : response.body().split("\n\n")) {
            assertThat(event).startsWith("data: ");
            if (!event.equals("data: [DONE]")) {
                events.add(JSON.readTree(event.substring(6)));
            }
        }
        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        return events;
    }

    private static int[] ids(String text) {
        return IntStream.concat(
                        IntStream.of(model.tokenizer().bos()),
                        IntStream.of(model.tokenizer().encode(text)))
                .toArray();
    }

    /** What {@code moira generate} writes at temperature 0. */
    private static String alone(String prompt, int tokens) {
        StringBuilder text = new StringBuilder();
        new Generator(model.tokenizer(), model.endTokens(), model.newSession())
                .continueText(ids(prompt), tokens, SamplingOptions.greedy(), List.of(), text::append);
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "8, false", "16, true"})
    void answersAreThoseOfGenerateHoweverManyAsk(int streams, boolean stream) {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            String body = "{'prompt': '" + PROMPT + " " + i + "', 'max_tokens': 24, 'temperature': 0, 'stream': "
                    + stream + "}";
            HttpRequest asked = request("/v1/completions")
                    .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                    .build();
            all.add(CLIENT.sendAsync(asked, HttpResponse.BodyHandlers.ofString()));
        }
        for (int i = 0; i < streams; i++) {
            HttpResponse<String> response = all.get(i).join();
            String text;
            if (stream) {
                StringBuilder joined = new StringBuilder();
                events(response)
                        .forEach(event -> joined.append(
                                event.path("choices").path(0).path("text").asString("")));
                text = joined.toString();
            } else {
                text = json(response).path("choices").path(0).path("text").stringValue();
            }
            assertThat(text).isEqualTo(alone(PROMPT + " " + i, 24));
        }
    }

    /** Decision by decision what an observer is told of the same tokens. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void routingIsThatOfATrace(boolean stream) {
        int tokens = 12;
        HttpResponse<String> response = post(
                "/v1/completions",
                "{'prompt': '" + PROMPT + "', 'max_tokens': " + tokens + ", 'temperature': 0, 'stream': " + stream
                        + ", 'routing': {'layers': [0, 5], 'weights': true, 'prompt': true}, 'return_routed_experts': true}");
        List<Integer> experts = new ArrayList<>();
        List<Float> weights = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        String npy = null;
        for (JsonNode reply : stream ? events(response) : List.of(json(response))) {
            JsonNode choice = reply.path("choices").path(0);
            text.append(choice.path("text").asString(""));
            npy = choice.path("routed_experts").asString(npy);
            JsonNode routing = choice.path("routing");
            if (routing.isMissingNode()) {
                continue;
            }
            assertThat(routing.path("start").intValue()).isEqualTo(experts.size() / 4);
            byte[] ids = Base64.getDecoder().decode(routing.path("experts").stringValue());
            assertThat(ids).hasSize(routing.path("tokens").intValue() * 2 * 2);
            ByteBuffer halves = ByteBuffer.wrap(
                            Base64.getDecoder().decode(routing.path("weights").stringValue()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (byte id : ids) {
                experts.add(Byte.toUnsignedInt(id));
                weights.add(Float.float16ToFloat(halves.getShort()));
            }
        }
        int[] prompt = ids(PROMPT);
        int fed = prompt.length + tokens - 1;
        Integer[] expected = new Integer[fed * 4];
        Float[] factors = new Float[fed * 4];
        Session session = model.newSession();
        session.observe((layer, position, count, chosen, weight, scores) -> {
            if (layer == 0 || layer == 5) {
                for (int i = 0; i < count * 2; i++) {
                    int at = (position + i / 2) * 4 + (layer == 0 ? 0 : 2) + i % 2;
                    expected[at] = chosen[i];
                    factors[at] = Float.float16ToFloat(Float.floatToFloat16(weight[i]));
                }
            }
        });
        new Generator(model.tokenizer(), model.endTokens(), session)
                .continueText(prompt, tokens, SamplingOptions.greedy(), List.of(), piece -> {});
        assertThat(experts).containsExactly(expected);
        assertThat(weights).containsExactly(factors);
        byte[] array = Base64.getDecoder().decode(npy);
        assertThat(new String(array, StandardCharsets.ISO_8859_1)).contains("'shape': (" + fed + ", 8, 2)");
        assertThat(Byte.toUnsignedInt(array[array.length - 8 * 2])).isEqualTo(expected[(fed - 1) * 4]);
    }

    @Test
    void chatsAsTheTemplateSays() {
        String body = "{'model': '" + model.name() + "', 'messages': [{'role': 'system', 'content': 'Be brief.'},"
                + " {'role': 'user', 'content': [{'type': 'text', 'text': 'What is 2 + 2?'}]}], 'temperature': 0, 'max_tokens': 9,"
                + " 'logprobs': true, 'top_logprobs': 3";
        JsonNode whole = json(post("/v1/chat/completions", body + "}"));
        int[] prompt = template.prompt(
                Conversation.of(List.of(ChatMessage.system("Be brief."), ChatMessage.user("What is 2 + 2?"))));
        StringBuilder alone = new StringBuilder();
        new Generator(model.tokenizer(), model.endTokens(), model.newSession())
                .answer(prompt, 9, SamplingOptions.greedy(), List.of(), alone::append);
        JsonNode choice = whole.path("choices").path(0);
        assertThat(whole.path("object").stringValue()).isEqualTo("chat.completion");
        assertThat(choice.path("message").path("content").stringValue()).isEqualTo(alone.toString());
        assertThat(whole.path("usage").path("prompt_tokens").intValue()).isEqualTo(prompt.length);
        JsonNode first = choice.path("logprobs").path("content").path(0);
        assertThat(first.path("logprob").doubleValue()).isNegative();
        assertThat(first.path("top_logprobs").size()).isEqualTo(3);
        assertThat(first.path("top_logprobs").path(0).path("token")).isEqualTo(first.path("token"));

        List<JsonNode> events = events(
                post("/v1/chat/completions", body + ", 'stream': true, 'stream_options': {'include_usage': true}}"));
        assertThat(events.getFirst()
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("role")
                        .stringValue())
                .isEqualTo("assistant");
        StringBuilder streamed = new StringBuilder();
        events.forEach(event -> streamed.append(
                event.path("choices").path(0).path("delta").path("content").asString("")));
        assertThat(streamed.toString()).isEqualTo(alone.toString());
        assertThat(events.getLast().path("choices").size()).isZero();
        JsonNode usage = events.getLast().path("usage");
        assertThat(usage.path("completion_tokens"))
                .isEqualTo(whole.path("usage").path("completion_tokens"));
        assertThat(usage.path("prompt_tokens_details").path("cached_tokens").intValue())
                .as("the same prompt again")
                .isEqualTo(prompt.length - 1);
    }

    /** What evaluation harnesses ask for: how likely a text is. */
    @Test
    void promptsAreWeighedWithEchoAndLogprobs() {
        JsonNode choice = json(post(
                        "/v1/completions",
                        "{'prompt': '" + PROMPT + "', 'max_tokens': 0, 'echo': true, 'logprobs': 1, 'temperature': 0}"))
                .path("choices")
                .path(0);
        int[] prompt = ids(PROMPT);
        float[] expected = model.newSession().logProbabilities(prompt);
        JsonNode logprobs = choice.path("logprobs").path("token_logprobs");
        assertThat(choice.path("text").stringValue()).isEqualTo(PROMPT);
        assertThat(logprobs.size()).isEqualTo(prompt.length);
        assertThat(logprobs.get(0).isNull()).isTrue();
        for (int i = 1; i < prompt.length; i++) {
            assertThat(logprobs.get(i).doubleValue())
                    .isCloseTo(expected[i - 1], org.assertj.core.api.Assertions.within(1e-4));
        }
        assertThat(choice.path("logprobs").path("top_logprobs").get(1).size()).isEqualTo(1);
    }

    @Test
    void severalPromptsChoicesStopsAndSeeds() {
        String body = "{'prompt': ['One', 'Two'], 'n': 2, 'max_tokens': 8, 'seed': 7, 'temperature': 1.2}";
        JsonNode choices = json(post("/v1/completions", body)).path("choices");
        assertThat(choices.valueStream().map(choice -> choice.path("index").intValue()))
                .containsExactly(0, 1, 2, 3);
        assertThat(choices.get(0).path("text")).isNotEqualTo(choices.get(1).path("text"));
        assertThat(json(post("/v1/completions", body)).path("choices")).isEqualTo(choices);
        String whole = alone(PROMPT, 24);
        String stop = whole.substring(10, 14);
        JsonNode stopped = json(post(
                        "/v1/completions",
                        "{'prompt': '" + PROMPT + "', 'max_tokens': 24, 'temperature': 0, 'stop': ["
                                + JSON.writeValueAsString(stop) + "]}"))
                .path("choices")
                .path(0);
        assertThat(stopped.path("text").stringValue()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(stopped.path("finish_reason").stringValue()).isEqualTo("stop");
        JsonNode biased = json(post(
                "/v1/completions",
                "{'prompt': [1, 5, 6], 'max_tokens': 3, 'temperature': 0, 'logit_bias': {'300': 100}}"));
        assertThat(biased.path("choices").path(0).path("text").stringValue()).isEqualTo(continued(300, 300, 300));
    }

    private static String continued(int... ids) {
        var decoder = model.tokenizer().streamingDecoder();
        decoder.next(1);
        decoder.next(5);
        decoder.next(6);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        return text.append(decoder.finish()).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'prompt': 'a', 'max_token': 3}; 400; max_token",
                "{'prompt': 'a', 'temperature': 3}; 400; temperature",
                "{'prompt': 'a', 'temperature': 'hot'}; 400; temperature",
                "{'prompt': 'a', 'n': 0}; 400; n",
                "{'prompt': 'a', 'n': 1000000}; 400; n",
                "{'prompt': 'a', 'best_of': 3}; 400; best_of",
                "{'prompt': 'a', 'logit_bias': {'x': 1}}; 400; logit_bias",
                "{'prompt': 'a', 'response_format': {'type': 'json_object'}}; 400; response_format.type",
                "{'prompt': 'a', 'stream_options': {}}; 400; stream_options",
                "{'prompt': 'a', 'stop': 7}; 400; stop",
                "{'prompt': 'a', 'routing': {'layers': [99]}}; 400; routing.layers",
                "{'prompt': 'a', 'routing': {'colour': 1}}; 400; routing.colour",
                "{'prompt': 'a', 'model': 'gpt-7'}; 404; model",
                "{'prompt': 'a', 'max_tokens': 100000}; 400; prompt",
                "{'prompt': [5, -1]}; 400; prompt",
                "{'prompt': []}; 400; prompt",
                "{}; 400; prompt"
            })
    void whatIsWrongIsNamed(String body, int status, String parameter) {
        HttpResponse<String> response = post("/v1/completions", body);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(error.path("param").asString(null)).isEqualTo(parameter);
        assertThat(error.path("message").stringValue()).doesNotContain("java", "\n");
        assertThat(error.path("type").stringValue()).isEqualTo("invalid_request_error");
    }

    @Test
    void whatIsNoRequestIsRefused() throws IOException, InterruptedException {
        assertThat(post("/v1/completions", "{'prompt'").statusCode()).isEqualTo(400);
        assertThat(post("/v1/completions", "[".repeat(100_000)).statusCode()).isEqualTo(400);
        assertThat(post("/v1/completions", "{'prompt': 'a', 'prompt': 'b'}").statusCode())
                .isEqualTo(400);
        assertThat(post("/v1/completions", "x".repeat(Server.MOST_BODY + 1)).statusCode())
                .isEqualTo(413);
        assertThat(post("/v1/chat/completions", "{'messages': [{'role': 'user', 'content': null}]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/v1/chat/completions", "{'messages': [], 'tools': [{}]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/v1/completions").statusCode()).isEqualTo(405);
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(get("/v1/models/other").statusCode()).isEqualTo(404);
        assertThat(json(get("/v1/models")).path("data").path(0).path("id").stringValue())
                .isEqualTo(model.name());
        assertThat(json(get("/health")).path("status").stringValue()).isEqualTo("ok");
    }

    @Test
    void pagesFromElsewhereMayNotAsk() throws IOException, InterruptedException {
        HttpRequest foreign =
                request("/v1/models").header("Origin", "https://evil.example").build();
        assertThat(CLIENT.send(foreign, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(403);
        HttpRequest friend =
                request("/v1/models").header("Origin", "https://friend.example").build();
        HttpResponse<String> answer = CLIENT.send(friend, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("https://friend.example");
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write("GET /v1/models HTTP/1.1\r\nHost: rebound.example\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 403");
        }
        assertThatThrownBy(() -> new ServerOptions(
                        "0.0.0.0", 0, Optional.empty(), false, Set.of(), new BatcherOptions(1, 1, 1), 1))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("--open-to-anyone");
    }

    @Test
    void aKeyIsAskedForAndAModelThatLoadsIsWaitedFor() throws IOException, InterruptedException {
        BatcherOptions batcher = new BatcherOptions(1, 1, model.kvBytes(600));
        try (Server other =
                Server.start(new ServerOptions("127.0.0.1", 0, Optional.of("s3cret"), false, Set.of(), batcher, 9))) {
            HttpRequest health = HttpRequest.newBuilder(URI.create(other.address() + "/health"))
                    .build();
            HttpResponse<String> loading = CLIENT.send(health, HttpResponse.BodyHandlers.ofString());
            assertThat(loading.statusCode()).isEqualTo(503);
            assertThat(loading.body()).contains("loading");
            other.serve(model, Optional.empty());
            HttpRequest.Builder models = HttpRequest.newBuilder(URI.create(other.address() + "/v1/models"));
            assertThat(CLIENT.send(models.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(401);
            models.header("Authorization", "Bearer s3cret");
            assertThat(CLIENT.send(models.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(CLIENT.send(health, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aFullQueueIsSaidAndADrainedServerHasAnsweredAll() throws IOException, InterruptedException {
        BatcherOptions one = new BatcherOptions(1, 0, model.kvBytes(600));
        try (Server other =
                Server.start(new ServerOptions("127.0.0.1", 0, Optional.empty(), false, Set.of(), one, 9))) {
            other.serve(model, Optional.empty());
            String body = "{\"prompt\": \"a\", \"max_tokens\": 200, \"logit_bias\": {\"2\": -100}}";
            HttpRequest asked = HttpRequest.newBuilder(URI.create(other.address() + "/v1/completions"))
                    .timeout(Duration.ofSeconds(60))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            CompletableFuture<HttpResponse<String>> first =
                    CLIENT.sendAsync(asked, HttpResponse.BodyHandlers.ofString());
            await(() -> other.state().running() == 1);
            HttpResponse<String> second = CLIENT.send(asked, HttpResponse.BodyHandlers.ofString());
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.headers().firstValue("Retry-After")).isPresent();
            assertThat(other.drain(Duration.ofSeconds(30))).isTrue();
            assertThat(first.join().statusCode()).isEqualTo(200);
            assertThat(CLIENT.send(asked, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(503);
        }
    }

    /** Whoever leaves in the middle of an answer, or of a blocking request, frees its place. */
    @Test
    void whoLeavesIsNoticed() throws IOException, InterruptedException {
        for (boolean stream : new boolean[] {true, false}) {
            String body =
                    "{\"prompt\": \"a\", \"max_tokens\": 400, \"temperature\": 1, \"logit_bias\": {\"2\": -100}, \"stream\": "
                            + stream + "}";
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                socket.getOutputStream()
                        .write(("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                await(() -> server.state().running() > 0);
            }
            await(() -> server.state().running() == 0);
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(1);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void metricsCountWhatWasDone() throws IOException, InterruptedException {
        json(post("/v1/completions", "{'prompt': 'a b c', 'max_tokens': 3}"));
        String metrics = get("/metrics").body();
        assertThat(metrics)
                .contains("moira_expert_assignments_total{expert=\"0\",layer=\"0\"} ")
                .contains("moira_requests_total{route=\"/v1/completions\",status=\"200\"}")
                .contains("moira_first_token_seconds_bucket{le=\"0.1\"}")
                .contains("moira_generated_tokens_total")
                .contains("moira_kv_bytes");
    }
}
