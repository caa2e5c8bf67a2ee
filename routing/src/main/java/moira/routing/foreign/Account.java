package moira.routing.foreign;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import moira.routing.trace.Mixture;
import moira.routing.trace.TraceHeader;

/** What an import has to say about its source: what it lacks, what was assumed, what was found. */
final class Account {
    private final List<String> lacks = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<Integer, Long> expertBytes = new TreeMap<>();
    private String model;
    private int experts;
    private int modelLayers;
    private long dropped;

    void lacks(String what) {
        lacks.add(what);
    }

    void note(String format, Object... arguments) {
        notes.add(String.format(Locale.ROOT, format, arguments));
    }

    void dropped(long decisions) {
        dropped = decisions;
    }

    /** What the source calls its model; the first name counts. */
    void model(String name) {
        model = model == null || model.isBlank() ? name : model;
    }

    /** Null where the source does not say. */
    String model() {
        return model;
    }

    /** What the source says of its model: E, and how many layers; 0 where it does not. */
    void stated(int ofExperts, int ofLayers) {
        experts = Math.max(experts, Math.clamp(ofExperts, 0, TraceHeader.MOST_EXPERTS));
        modelLayers = Math.max(modelLayers, Math.clamp(ofLayers, 0, TraceHeader.MOST_LAYERS));
    }

    int experts() {
        return experts;
    }

    int modelLayers() {
        return modelLayers;
    }

    /** Of one expert of a layer as it was stored. */
    void expertBytes(int layer, long bytes) {
        expertBytes.put(layer, bytes);
    }

    /** What the source says of the mixtures. */
    Mixture mixture() {
        return new Mixture(null, null, null, expertBytes.isEmpty() ? null : Map.copyOf(expertBytes), null, null);
    }

    TraceHeader.Origin origin(String format, List<Path> files) {
        return new TraceHeader.Origin(
                format, files.stream().map(Path::toString).toList(), List.copyOf(lacks), List.copyOf(notes), dropped);
    }

    void lacksTokens() {
        lacks(
                "tokens: neither ids nor pieces, so no information about tokens, no vocabulary specialization, no passages, and "
                        + "repeated documents are not found");
    }

    void lacksPieces() {
        lacks("pieces: tokens are numbers without text, so no classes of syntax and no passages");
    }

    void lacksWeights() {
        lacks(
                "weights: the order of a token's experts is taken for their rank; where the recorder did not sort them, first choices"
                        + " mean nothing");
    }

    void lacksProbabilities() {
        lacks(
                "router probabilities: no entropy and no margin of the router (table router), so near ties are not known");
    }
}
