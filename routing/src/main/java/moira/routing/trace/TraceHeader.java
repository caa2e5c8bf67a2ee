package moira.routing.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.routing.JsonFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code trace.json} says.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param layers traced, ascending
 * @param modelLayers how many the model has
 * @param experts E, in each layer
 * @param expertsPerToken k
 * @param weight what a weight is: {@code renormalised}, {@code softmax}, {@code sigmoid} or {@code none}
 * @param phase {@code prefill}, {@code decode}, {@code mixed} where both occur; null where the source does not say
 * @param arithmetic of the activations: {@code float} or {@code int8 activations}
 * @param partAssignments the size that decides where a part ends
 * @param complete whether the whole corpus has been recorded
 * @param mixture what the layers are made of, and what decides a route
 * @param origin what recorded it, where that was not Moira; else null
 */
public record TraceHeader(
        int formatVersion,
        Model model,
        List<Integer> layers,
        int modelLayers,
        int experts,
        int expertsPerToken,
        String weight,
        String phase,
        String arithmetic,
        Corpus corpus,
        int partAssignments,
        String moiraVersion,
        boolean complete,
        @JsonUnwrapped Mixture mixture,
        @JsonInclude(JsonInclude.Include.NON_NULL) Origin origin) {
    /** The newest format that this version reads, and the one that it writes. */
    public static final int FORMAT_VERSION = 2;

    /** What the columns of a trace have room for. */
    public static final int MOST_EXPERTS = 1 << 15;

    public static final int MOST_CHOICES = Byte.MAX_VALUE;
    public static final int MOST_LAYERS = 1 << 15;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** The model that was run; its fingerprint is null where it is not known. */
    public record Model(String name, String architecture, String fingerprint) {}

    /**
     * The texts that were run.
     *
     * @param fingerprint SHA-256 over domain, source and text of every document taken
     * @param tokenFingerprint SHA-256 over the tokens of every window; null in version 1 and where they are not Moira's
     * @param context the longest window, BOS included
     * @param maxTokens text tokens of a domain; 0 for all
     */
    public record Corpus(
            List<String> paths,
            String fingerprint,
            @JsonInclude(JsonInclude.Include.NON_NULL) String tokenFingerprint,
            int context,
            long maxTokens,
            List<Domain> domains) {
        /** Of texts whose tokens are not told apart from others. */
        public Corpus(List<String> paths, String fingerprint, int context, long maxTokens, List<Domain> domains) {
            this(paths, fingerprint, null, context, maxTokens, domains);
        }
    }

    /**
     * What was taken of a domain.
     *
     * @param tokens of the text, without BOS
     * @param skippedLines that were no documents
     */
    public record Domain(String domain, int documents, int windows, long tokens, int skippedLines) {}

    /**
     * Where routing comes from that Moira did not record.
     *
     * @param format as {@code moira import} calls it
     * @param files that were read
     * @param lacks what the source does not have, and what therefore cannot be measured
     * @param notes what was assumed, and what was found
     * @param dropped decisions, of a token in a layer, that the source does not have though it has the token
     */
    public record Origin(String format, List<String> files, List<String> lacks, List<String> notes, long dropped) {}

    public TraceHeader {
        mixture = mixture == null ? Mixture.UNKNOWN : mixture;
    }

    /** Of a trace whose model's layers are not described. */
    public TraceHeader(
            int formatVersion,
            Model model,
            List<Integer> layers,
            int modelLayers,
            int experts,
            int expertsPerToken,
            String weight,
            String phase,
            String arithmetic,
            Corpus corpus,
            int partAssignments,
            String moiraVersion,
            boolean complete) {
        this(
                formatVersion,
                model,
                layers,
                modelLayers,
                experts,
                expertsPerToken,
                weight,
                phase,
                arithmetic,
                corpus,
                partAssignments,
                moiraVersion,
                complete,
                null,
                null);
    }

    /** Of a trace that was recorded elsewhere. */
    public TraceHeader(
            int formatVersion,
            Model model,
            List<Integer> layers,
            int modelLayers,
            int experts,
            int expertsPerToken,
            String weight,
            String phase,
            String arithmetic,
            Corpus corpus,
            int partAssignments,
            String moiraVersion,
            boolean complete,
            Origin origin) {
        this(
                formatVersion,
                model,
                layers,
                modelLayers,
                experts,
                expertsPerToken,
                weight,
                phase,
                arithmetic,
                corpus,
                partAssignments,
                moiraVersion,
                complete,
                null,
                origin);
    }

    /** The same of a finished trace. */
    TraceHeader completed() {
        return new TraceHeader(
                formatVersion,
                model,
                layers,
                modelLayers,
                experts,
                expertsPerToken,
                weight,
                phase,
                arithmetic,
                corpus,
                partAssignments,
                moiraVersion,
                true,
                mixture,
                origin);
    }

    /** Assignments of one token over all traced layers. */
    int assignmentsPerToken() {
        return layers.size() * expertsPerToken;
    }

    /** Tokens that fill a part. */
    int partTokens() {
        return Math.max(1, partAssignments / assignmentsPerToken());
    }

    /**
     * Reads a file.
     *
     * @throws MoiraException if it is no JSON of this kind, or of a newer version
     */
    static TraceHeader read(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            int version = json.path("format_version").asInt(0);
            if (version < 1 || version > FORMAT_VERSION) {
                throw MoiraException.expected(
                        file.toString(),
                        "format_version 1 to " + FORMAT_VERSION,
                        version + " (made by a newer Moira?)");
            }
            return JSON.treeToValue(json, TraceHeader.class).checked(file);
        } catch (JacksonException e) {
            throw MoiraException.expected(file.toString(), "the JSON of a trace", Reason.of(e));
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    private TraceHeader checked(Path file) {
        boolean whole = model != null
                && layers != null
                && corpus != null
                && corpus.domains != null
                && !corpus.domains.contains(null);
        if (!whole || layers.isEmpty()) {
            throw MoiraException.expected(file.toString(), "model, corpus with domains, and layers", "less");
        }
        within(file, "experts", experts, MOST_EXPERTS);
        within(file, "experts_per_token", expertsPerToken, Math.min(experts, MOST_CHOICES));
        within(file, "model_layers", modelLayers, MOST_LAYERS);
        if (layers.stream().anyMatch(layer -> layer == null || layer < 0 || layer >= modelLayers)) {
            throw MoiraException.expected(file + ", layers", "some from 0 to " + (modelLayers - 1), layers);
        }
        return this;
    }

    private static void within(Path file, String name, int found, int most) {
        if (found < 1 || found > most) {
            throw MoiraException.expected(file + ", " + name, "1 to " + most, found);
        }
    }

    /** Writes the file; it is replaced at once or not at all. */
    void write(Path file) {
        JsonFile.write(file, this);
    }

    /** Fails if a trace that was begun as {@code begun} cannot be gone on with as this one, and says what differs. */
    void mustContinue(TraceHeader begun, Path file) {
        if (begun.formatVersion != formatVersion) {
            throw MoiraException.expected(
                    file.toString(),
                    "a trace of format_version " + formatVersion + " to go on with, or leave to overwrite",
                    begun.formatVersion + ", which does not say all that decides a route");
        }
        Map<String, Object> before = begun.identity();
        identity().forEach((name, now) -> {
            if (!Objects.equals(before.get(name), now)) {
                throw MoiraException.expected(
                        file.toString(),
                        "a trace of the same plan, or leave to overwrite: " + name + " " + now,
                        before.get(name));
            }
        });
    }

    private Map<String, Object> identity() {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("model", model.fingerprint);
        identity.put("experts", experts);
        identity.put("experts_per_token", expertsPerToken);
        identity.put("layers", layers);
        identity.put("arithmetic", arithmetic);
        identity.put("phase", phase);
        identity.put("context", corpus.context);
        identity.put("max_tokens", corpus.maxTokens);
        identity.put("corpus", corpus.fingerprint);
        identity.put("part_assignments", partAssignments);
        // Behind what a user said: tokens differ for a reason that is named above, or else by the tokenizer's settings.
        identity.put("tokenizer", mixture.tokenizerFingerprint());
        identity.put("arithmetic_fingerprint", mixture.arithmeticFingerprint());
        identity.put("tokens", corpus.tokenFingerprint);
        return identity;
    }
}
