package moira.server;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/** One request and its answer, from whatever thread: all that touches the connection runs on its own thread. */
final class Exchange {
    private static final JsonMapper JSON = new JsonMapper();

    /** Events that a reader has not taken; then its sequence waits. */
    private static final int MOST_PENDING = 64;

    /** A reader that takes nothing for so long has gone. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Context context;
    private final HttpServerResponse response;
    private final String route;
    private final Metrics metrics;
    private final AtomicBoolean gone = new AtomicBoolean();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile long stuckSince;
    private boolean ended;

    /** @param metrics null before there are any */
    Exchange(Context context, HttpServerRequest request, Metrics metrics) {
        this.context = context;
        this.metrics = metrics;
        response = request.response();
        route = request.path();
        request.connection().closeHandler(nothing -> gone.set(true));
        response.exceptionHandler(failure -> gone.set(true));
        response.closeHandler(nothing -> gone.set(true));
    }

    /** Set when nobody waits for an answer any more. */
    AtomicBoolean gone() {
        return gone;
    }

    /** Whether the reader keeps up. */
    boolean isReady() {
        if (pending.get() < MOST_PENDING) {
            stuckSince = 0;
            return true;
        }
        long now = System.nanoTime();
        if (stuckSince == 0) {
            stuckSince = now;
        } else if (now - stuckSince > PATIENCE_NANOS) {
            gone.set(true);
            context.runOnContext(nothing -> response.reset());
        }
        return false;
    }

    void error(ApiError error) {
        json(error.status(), error.body());
    }

    void json(int status, Object body) {
        whole(status, "application/json", JSON.writeValueAsBytes(body));
    }

    void whole(int status, String type, byte[] body) {
        context.runOnContext(nothing -> {
            if (end(status)) {
                if (status == 429 || status == 503) {
                    response.putHeader("Retry-After", "1");
                }
                response.setStatusCode(status).putHeader("Content-Type", type).end(Buffer.buffer(body));
            }
        });
    }

    private boolean end(int status) {
        if (ended || response.ended() || gone.get()) {
            return false;
        }
        ended = true;
        if (metrics != null) {
            metrics.answered(route, status);
        }
        return true;
    }

    /** Begins a stream of events. */
    void begin() {
        context.runOnContext(nothing -> {
            if (!gone.get()) {
                response.setStatusCode(200)
                        .setChunked(true)
                        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                        .putHeader("Cache-Control", "no-cache");
            }
        });
    }

    void event(Object data) {
        send("data: " + JSON.writeValueAsString(data) + "\n\n");
    }

    private void send(String text) {
        pending.incrementAndGet();
        context.runOnContext(nothing -> {
            if (gone.get() || ended) {
                pending.decrementAndGet();
            } else {
                response.write(text).onComplete(written -> pending.decrementAndGet());
            }
        });
    }

    /** Ends a stream of events. */
    void done() {
        send("data: [DONE]\n\n");
        context.runOnContext(nothing -> {
            if (end(200)) {
                response.end();
            }
        });
    }

    /** Ends a stream with an error. */
    void broken(ApiError error) {
        event(error.body());
        context.runOnContext(nothing -> {
            if (end(error.status())) {
                response.end();
            }
        });
    }
}
