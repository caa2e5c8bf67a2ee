package moira.routing.foreign;

import java.util.StringJoiner;
import moira.engine.MoiraException;
import moira.routing.trace.TraceHeader;
import tools.jackson.databind.JsonNode;

/** Reads a row: where one token went in one layer. */
final class RowReader {
    private final ImportOptions.Fields fields;
    private final ImportOptions options;
    private Decisions decisions;
    private RouterLogits logits;
    private int logitExperts;
    private boolean weights;

    RowReader(ImportOptions options) {
        this.options = options;
        this.fields = options.fields();
    }

    /**
     * A row.
     *
     * @param document as the row calls it
     * @param domain null where the row does not say it
     * @param token -1 where the row does not say it
     * @param piece null where the row does not say it
     * @param experts {@code [k]}
     * @param weights {@code [k]}, or null
     * @param entropy NaN, as the margin, where the row has no logits
     */
    // Lives for one row.
    @SuppressWarnings("ArrayRecordComponent")
    record Row(
            String document,
            String domain,
            int position,
            int layer,
            int token,
            String piece,
            long[] experts,
            float[] weights,
            float entropy,
            float margin) {}

    Row read(JsonNode json, String where) {
        RouterLogits.Decision decision = decision(json, where);
        String problem = decisions.take(decision.experts(), decision.weights(), 0);
        if (problem != null) {
            throw new MoiraException(where + ": " + problem);
        }
        return new Row(
                key(json, where),
                RowFields.text(json, fields.domain(), where),
                RowFields.number(json, fields.position(), Integer.MAX_VALUE - 1, where),
                RowFields.layer(json, fields.layer(), TraceHeader.MOST_LAYERS - 1, where),
                token(json, where),
                RowFields.text(json, fields.piece(), where),
                decision.experts(),
                decision.weights(),
                decision.entropy(),
                decision.margin());
    }

    /** Whether the rows tell what the router said of all experts. */
    boolean hasLogits() {
        return logits != null;
    }

    boolean hasWeights() {
        return weights;
    }

    /** What the rows' logits were taken for. */
    String logitsKind() {
        return logits.kind();
    }

    /** All decisions so far; null before the first. */
    Decisions decisions() {
        return decisions;
    }

    private RouterLogits.Decision decision(JsonNode json, String where) {
        JsonNode experts = json.path(fields.experts());
        if (decisions == null) {
            begin(json, experts, where);
        }
        if (logits != null) {
            return byLogits(json, where);
        }
        double[] chosen = RowFields.values(experts, decisions.k(), where + ", " + fields.experts());
        long[] ids = new long[chosen.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (long) chosen[i];
            if (ids[i] != chosen[i]) {
                throw MoiraException.expected(where + ", " + fields.experts(), "whole numbers", chosen[i]);
            }
        }
        return new RouterLogits.Decision(ids, weights(json, where), Float.NaN, Float.NaN);
    }

    private int token(JsonNode json, String where) {
        if (json.path(fields.token()).isString()) {
            throw MoiraException.expected(
                    where,
                    "\"" + fields.token() + "\" to be an id (of a text say --field-piece " + fields.token()
                            + " --field-token id)",
                    Shown.of(json.path(fields.token())));
        }
        return json.hasNonNull(fields.token()) ? RowFields.number(json, fields.token(), Integer.MAX_VALUE, where) : -1;
    }

    /** What else a row may be, in the words of whoever wrote it. */
    private static String otherShape(JsonNode json, JsonNode experts) {
        if (experts.path(0).isArray()) {
            return "a list for each layer; write a row for each, or arrays (--format npz)";
        }
        if (json.has("expert") || json.has("expert_0") || json.has("expert_1")) {
            return "\"expert\"" + ": a row a choice, or a field an expert, is read from csv and parquet";
        }
        return Shown.of(experts);
    }

    /** The first row decides what every row has. */
    private void begin(JsonNode json, JsonNode experts, String where) {
        JsonNode values = json.path(fields.logits());
        if (!experts.isArray() && !experts.isNumber() && values.isArray()) {
            beginLogits(values.size(), where);
            return;
        }
        int k = experts.isArray() ? experts.size() : 1;
        if (experts.isMissingNode() || experts.path(0).isArray() || k == 0 || k > TraceHeader.MOST_CHOICES) {
            throw MoiraException.expected(
                    where,
                    "\"" + fields.experts() + "\" with 1 to " + TraceHeader.MOST_CHOICES + " ids",
                    otherShape(json, experts));
        }
        decisions = new Decisions(options.experts(), k);
        weights = json.hasNonNull(fields.weights());
    }

    private void beginLogits(int experts, String where) {
        int k = options.expertsPerToken();
        if (k < 1 || k > Math.min(experts, TraceHeader.MOST_CHOICES) || experts > TraceHeader.MOST_EXPERTS) {
            throw MoiraException.expected(
                    where + ", " + fields.logits(), "--experts-per-token from 1 to the " + experts + " values", k);
        }
        if ((options.experts() != 0 && options.experts() != experts) || "sigmoid".equals(options.weight())) {
            throw MoiraException.expected(
                    where + ", " + fields.logits(),
                    options.experts() + " values (--experts), of a softmax",
                    experts + ", weight " + options.weight());
        }
        logitExperts = experts;
        decisions = new Decisions(experts, k);
        logits = new RouterLogits(k, fields.logitsAre(), !"softmax".equals(options.weight()));
        weights = true;
    }

    private RouterLogits.Decision byLogits(JsonNode json, String where) {
        double[] values = RowFields.values(json.path(fields.logits()), logitExperts, where + ", " + fields.logits());
        String problem = logits.problem(values);
        if (problem != null) {
            throw new MoiraException(where + ", " + fields.logits() + ": " + problem);
        }
        return logits.decide(values);
    }

    private float[] weights(JsonNode json, String where) {
        if (json.hasNonNull(fields.weights()) != weights) {
            throw MoiraException.expected(
                    where, "\"" + fields.weights() + "\" in every row or in none", weights ? "none" : "some");
        }
        if (!weights) {
            return null;
        }
        double[] values = RowFields.values(json.path(fields.weights()), decisions.k(), where + ", " + fields.weights());
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** A document may be called by several fields together. */
    private String key(JsonNode json, String where) {
        StringJoiner key = new StringJoiner(" / ");
        for (String field : fields.document().split(",", -1)) {
            JsonNode part = json.path(field);
            if (!part.isString() && !part.isIntegralNumber()) {
                throw MoiraException.expected(where, "\"" + field + "\", a number or a string", Shown.of(part));
            }
            key.add(part.asString());
        }
        return key.toString();
    }

    /** Whether an object is no row: it has neither experts nor a layer, nor what the router said. */
    boolean isMetadata(JsonNode json) {
        return json.isObject()
                && !json.has(fields.experts())
                && !json.has(fields.logits())
                && !json.has(fields.layer())
                && !json.has(fields.position());
    }

    /** Whether a source says by an expert of -1 that it has not recorded a decision. */
    boolean isMissing(JsonNode json) {
        JsonNode experts = json.path(fields.experts());
        return experts.size() > 0 && experts.valueStream().allMatch(e -> e.isNumber() && e.doubleValue() == -1);
    }
}
