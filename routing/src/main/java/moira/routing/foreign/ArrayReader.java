package moira.routing.foreign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import moira.engine.MoiraException;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;

/** Reads arrays token by token, a bounded number at a time. */
final class ArrayReader {
    private static final int VALUES = 1 << 18;

    private final Iterator<RoutingArrays> files;
    private final Decisions decisions;
    private final boolean keepWeights;
    private final TraceBuilder trace;
    private final long total;
    private RoutingArrays file;
    /** Of the file. */
    private long token;

    private long absent;

    ArrayReader(List<RoutingArrays> files, Decisions decisions, ImportOptions options, TraceBuilder trace) {
        this.files = files.iterator();
        this.file = this.files.next();
        this.decisions = decisions;
        this.keepWeights = !"none".equals(options.weight());
        this.trace = trace;
        this.total = files.stream().mapToLong(RoutingArrays::tokens).sum();
        trace.database().execute("CREATE TABLE ids (document INTEGER, start INTEGER, tokens INTEGER[])");
    }

    /** Reads all documents; their tokens add up to those of the files. */
    void read(List<SourceDocument> documents, Progress progress) {
        progress.started(total, 0);
        int most = Math.max(1, VALUES / (file.layerCount() * file.k()));
        for (int document = 0; document < documents.size(); document++) {
            int tokens = documents.get(document).tokens();
            for (int position = 0; position < tokens; ) {
                goOn();
                int n = (int) Math.min(Math.min(most, tokens - position), file.tokens() - token);
                read(document, position, n);
                position += n;
                token += n;
                progress.advanced(n);
            }
        }
        file.end();
    }

    private void goOn() {
        if (token == file.tokens()) {
            file.end();
            file = files.next();
            token = 0;
        }
    }

    private void read(int document, int position, int n) {
        int layers = file.layerCount();
        int k = file.k();
        long[] experts = file.experts().integers(n * layers * k);
        float[] weights =
                file.weights().map(array -> array.reals(n * layers * k)).orElse(null);
        for (int decision = 0; decision < n * layers; decision++) {
            boolean missing = isMissing(experts, decision * k, k);
            absent += missing ? 1 : 0;
            String problem = missing ? null : decisions.take(experts, weights, decision * k);
            if (problem != null) {
                throw new MoiraException(file.experts().where() + "[" + (token + decision / layers) + ", "
                        + decision % layers + "] (document " + document + ", layer "
                        + file.layers().get(decision % layers) + "): " + problem);
            }
        }
        List<TraceBuilder.Run> runs = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (int choice = 0; choice < k; choice++) {
                addRuns(runs, document, position, n, layer, choice, experts, weights);
            }
        }
        trace.add(runs);
        file.ids().ifPresent(array -> ids(document, position, array, n));
    }

    /** Whether a decision is one that the source does not have, which it says by ids of -1. */
    private static boolean isMissing(long[] experts, int at, int k) {
        return Arrays.stream(experts, at, at + k).allMatch(expert -> expert == -1);
    }

    /** How many decisions the files do not have. */
    long absent() {
        return absent;
    }

    /** Of one layer and choice, with a gap where there is no decision. */
    private void addRuns(
            List<TraceBuilder.Run> runs,
            int document,
            int position,
            int n,
            int layer,
            int choice,
            long[] experts,
            float[] weights) {
        int layers = file.layerCount();
        int k = decisions.k();
        for (int from = 0; from < n; ) {
            int to = from;
            while (to < n && experts[(to * layers + layer) * k] >= 0) {
                to++;
            }
            if (to > from) {
                runs.add(run(document, position, from, to, layer, choice, experts, weights));
            }
            from = to + 1;
        }
    }

    private TraceBuilder.Run run(
            int document, int position, int from, int to, int layer, int choice, long[] experts, float[] weights) {
        int layers = file.layerCount();
        short[] chosen = new short[to - from];
        float[] factors = weights != null && keepWeights ? new float[to - from] : null;
        for (int i = from; i < to; i++) {
            int at = (i * layers + layer) * decisions.k() + choice;
            chosen[i - from] = (short) experts[at];
            if (factors != null) {
                factors[i - from] = weights[at];
            }
        }
        return new TraceBuilder.Run(document, position + from, file.layers().get(layer), choice + 1, chosen, factors);
    }

    private void ids(int document, int position, NumberArray array, int n) {
        long[] values = array.integers(n);
        int[] ids = new int[n];
        for (int i = 0; i < n; i++) {
            ids[i] = (int) values[i];
            if (values[i] != ids[i] || ids[i] < 0) {
                throw MoiraException.expected(
                        array.where() + "[" + (token + i) + "]", "an id from 0 to " + Integer.MAX_VALUE, values[i]);
            }
        }
        trace.database()
                .append(
                        "ids",
                        rows -> rows.beginRow()
                                .append(document)
                                .append(position)
                                .append(ids)
                                .endRow());
    }
}
