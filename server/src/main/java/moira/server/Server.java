package moira.server;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.engine.batching.Batcher;
import moira.engine.batching.BatcherState;
import moira.engine.chat.ChatTemplate;

/** Listens, before a model is there; answers, once it is. */
public final class Server implements AutoCloseable {
    /** A prompt of two million tokens. */
    static final int MOST_BODY = 8 << 20;

    private static final int MOST_HEADER = 16 << 10;
    private static final int MOST_CONNECTIONS = 1_024;
    private static final long SLOWEST_BODY_MILLIS = 30_000;
    private static final int IDLE_SECONDS = 3_600;
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";

    private final ServerOptions options;
    private final Guard guard;
    private final Vertx vertx;
    private final HttpServer http;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Api api;
    private volatile Batcher batcher;
    private volatile boolean ending;

    private Server(ServerOptions options) {
        this.options = options;
        guard = new Guard(options);
        // One thread for all connections: what takes time runs elsewhere.
        vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
        http = vertx.createHttpServer(new HttpServerOptions()
                .setHost(options.host().replaceAll("[\\[\\]]", ""))
                .setPort(options.port())
                .setMaxHeaderSize(MOST_HEADER)
                .setMaxInitialLineLength(MOST_HEADER)
                .setIdleTimeout(IDLE_SECONDS)
                .setHandle100ContinueAutomatically(true));
    }

    /**
     * Listens.
     *
     * @throws MoiraException if the port is taken, or the address none of this machine's
     */
    public static Server start(ServerOptions options) {
        Server server = new Server(options);
        try {
            server.http
                    .connectionHandler(server::connected)
                    .requestHandler(server::asked)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            return server;
        } catch (ExecutionException | TimeoutException e) {
            server.close();
            String reason = e.getCause() == null ? "no answer" : Reason.of(e.getCause());
            throw new MoiraException(
                    options.host() + ":" + options.port() + ": expected an address to listen at, found: " + reason, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.close();
            throw new MoiraException("server: interrupted", e);
        }
    }

    public int port() {
        return http.actualPort();
    }

    /**
     * Answers with a model from now on; it is closed by whoever opened it, after the server.
     *
     * @param template empty for a model that is no chat model
     */
    public void serve(Model model, Optional<ChatTemplate> template) {
        Metrics[] metrics = new Metrics[1];
        Batcher batches = model.newBatcher(
                options.batcher(), (growing, prompted, nanos) -> metrics[0].stepped(growing + prompted));
        metrics[0] = new Metrics(model.architecture(), batches::state);
        batcher = batches;
        api = new Api(model, template, batches, metrics[0], options);
    }

    /** What runs and waits. */
    public BatcherState state() {
        return batcher.state();
    }

    /** Refuses what comes, and finishes what runs, for so long at most; returns whether all was finished. */
    public boolean drain(Duration longest) throws InterruptedException {
        ending = true;
        return batcher == null || batcher.drain(longest);
    }

    private void connected(HttpConnection connection) {
        int open = connections.incrementAndGet();
        connection.closeHandler(nothing -> connections.decrementAndGet());
        if (open > MOST_CONNECTIONS) {
            connection.close();
        }
    }

    private void asked(HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        Exchange exchange = new Exchange(context, request, api == null ? null : api.metrics());
        try {
            String origin = request.getHeader("Origin");
            if (HttpMethod.OPTIONS.equals(request.method()) && guard.allows(origin)) {
                preflight(request, origin);
                return;
            }
            // Whether it lives is no secret.
            String authorization =
                    request.path().equals("/health") && options.key().isPresent()
                            ? "Bearer " + options.key().get()
                            : request.getHeader("Authorization");
            guard.check(request.getHeader("Host"), origin, authorization);
            if (guard.allows(origin)) {
                request.response()
                        .putHeader("Access-Control-Allow-Origin", origin)
                        .putHeader("Vary", "Origin");
            }
            route(request, exchange);
        } catch (ApiError e) {
            exchange.error(e);
        }
    }

    private static void preflight(HttpServerRequest request, String origin) {
        request.response()
                .setStatusCode(204)
                .putHeader("Access-Control-Allow-Origin", origin)
                .putHeader("Access-Control-Allow-Methods", "GET, POST")
                .putHeader("Access-Control-Allow-Headers", "authorization, content-type")
                .end();
    }

    private void route(HttpServerRequest request, Exchange exchange) {
        String path = request.path();
        if (path.equals("/health")) {
            int status = api == null || ending ? 503 : 200;
            exchange.json(status, Map.of("status", ending ? "ending" : api == null ? "loading" : "ok"));
            return;
        }
        boolean posts = path.equals(CHAT) || path.equals(TEXT);
        if (!posts && !path.equals("/metrics") && !path.equals("/v1/models") && !path.startsWith("/v1/models/")) {
            throw new ApiError(404, "not_found", null, "no such route: " + path);
        }
        HttpMethod method = posts ? HttpMethod.POST : HttpMethod.GET;
        if (!request.method().equals(method)) {
            throw new ApiError(405, "method_not_allowed", null, path + ": expected " + method);
        }
        Api ready = api;
        if (ready == null || ending) {
            throw new ApiError(503, "not_ready", null, ending ? "the server ends" : "the model is being loaded");
        }
        if (posts) {
            read(request, exchange, body -> ready.complete(path.equals(CHAT), body, exchange));
        } else if (path.equals("/metrics")) {
            exchange.whole(
                    200,
                    "text/plain; version=0.0.4; charset=utf-8",
                    ready.metrics().text());
        } else {
            exchange.json(200, path.equals("/v1/models") ? ready.models() : ready.model(path.substring(11)));
        }
    }

    /** Takes a body of its own. */
    @FunctionalInterface
    private interface Reader {
        void take(byte[] body);
    }

    /** The body in bounded memory and time; what is made of it, on a thread of its own. */
    private void read(HttpServerRequest request, Exchange exchange, Reader reader) {
        Buffer body = Buffer.buffer();
        long timer = vertx.setTimer(SLOWEST_BODY_MILLIS, nothing -> {
            exchange.error(new ApiError(
                    408, "too_slow", null, "the body took longer than " + SLOWEST_BODY_MILLIS / 1000 + " s"));
            request.connection().close();
        });
        request.exceptionHandler(failure -> vertx.cancelTimer(timer));
        request.handler(piece -> {
            if (body.length() + (long) piece.length() > MOST_BODY) {
                vertx.cancelTimer(timer);
                request.handler(nothing -> {});
                exchange.error(new ApiError(413, "too_large", null, "a body of more than " + MOST_BODY + " bytes"));
                request.response().endHandler(nothing -> request.connection().close());
            } else {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(nothing -> {
            vertx.cancelTimer(timer);
            if (!request.response().ended() && body.length() <= MOST_BODY) {
                byte[] bytes = body.getBytes();
                Thread.startVirtualThread(() -> take(reader, bytes, exchange));
            }
        });
    }

    private static void take(Reader reader, byte[] body, Exchange exchange) {
        try {
            reader.take(body);
        } catch (ApiError e) {
            exchange.error(e);
        } catch (RuntimeException | StackOverflowError e) {
            exchange.error(
                    new ApiError(500, "internal_error", null, "the request could not be answered: " + Reason.of(e)));
        }
    }

    /** The address for people. */
    public String address() {
        return "http://" + options.host() + ":" + port();
    }

    /** Ends all connections and sequences. */
    @Override
    public void close() {
        ending = true;
        if (batcher != null) {
            batcher.close();
        }
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It ends with the process.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
