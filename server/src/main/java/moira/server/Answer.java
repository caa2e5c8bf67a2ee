package moira.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/** The choices of one request, told as a whole or as they grow. */
final class Answer implements Choice.Listener {
    private final Ask ask;
    private final Exchange exchange;
    private final Replies replies;
    private final Tokenizer tokenizer;
    private final List<Choice> choices = new ArrayList<>();
    private final Map<Choice, StringBuilder> texts = new LinkedHashMap<>();
    private final Map<Choice, List<LogProbabilities.Told>> logprobs = new LinkedHashMap<>();
    private int open;
    private boolean failed;
    private volatile boolean refused;

    Answer(Ask ask, Exchange exchange, Replies replies, Tokenizer tokenizer) {
        this.ask = ask;
        this.exchange = exchange;
        this.replies = replies;
        this.tokenizer = tokenizer;
    }

    /** Before any of them runs. */
    void add(Choice choice) {
        choices.add(choice);
        texts.put(choice, new StringBuilder());
        logprobs.put(choice, new ArrayList<>());
        open++;
    }

    List<Choice> choices() {
        return choices;
    }

    /** All are on their way. */
    void begin() {
        if (ask.stream()) {
            exchange.begin();
        }
    }

    /** There is no room for all of them: those that were taken already end with it. */
    void refuse(ApiError error) {
        refused = true;
        exchange.error(error);
    }

    boolean isRefused() {
        return refused;
    }

    private String echoed(Choice choice) {
        return ask.echo() ? tokenizer.decode(choice.prompt()) : "";
    }

    @Override
    public void grew(Choice choice, Choice.Piece piece) {
        if (refused) {
            return;
        }
        if (!ask.stream()) {
            texts.get(choice).append(piece.text());
            logprobs.get(choice).addAll(piece.logprobs());
            return;
        }
        boolean first = beginsWith(choice);
        exchange.event(replies.chunk(
                replies.delta(choice, first ? echoed(choice) + piece.text() : piece.text(), piece.logprobs(), first)));
    }

    /** Whether this is the first of a choice; a chat's says whose it is. */
    private boolean beginsWith(Choice choice) {
        StringBuilder begun = texts.get(choice);
        if (!begun.isEmpty()) {
            return false;
        }
        begun.append('.');
        if (ask.chat()) {
            exchange.event(replies.chunk(replies.firstDelta(choice)));
        }
        return true;
    }

    @Override
    public synchronized void ended(Choice choice) {
        open--;
        if (exchange.gone().get() || failed || refused) {
            return;
        }
        if (ask.stream()) {
            if (beginsWith(choice) && ask.echo()) {
                exchange.event(replies.chunk(replies.delta(choice, echoed(choice), List.of(), true)));
            }
            exchange.event(replies.chunk(replies.lastDelta(choice)));
        }
        if (open == 0) {
            finish();
        }
    }

    private void finish() {
        if (ask.stream()) {
            if (ask.usage()) {
                exchange.event(replies.lastChunk(replies.usage(choices)));
            }
            exchange.done();
            return;
        }
        List<Map<String, Object>> told = new ArrayList<>();
        for (Choice choice : choices) {
            told.add(replies.choice(choice, echoed(choice) + texts.get(choice), logprobs.get(choice)));
        }
        exchange.json(200, replies.whole(told, replies.usage(choices)));
    }

    @Override
    public synchronized void failed(Choice choice, MoiraException reason) {
        open--;
        if (!failed) {
            failed = true;
            ApiError error = new ApiError(500, "internal_error", null, reason.getMessage());
            if (ask.stream()) {
                exchange.broken(error);
            } else {
                exchange.error(error);
            }
        }
    }

    @Override
    public boolean isReady() {
        return !ask.stream() || exchange.isReady();
    }
}
