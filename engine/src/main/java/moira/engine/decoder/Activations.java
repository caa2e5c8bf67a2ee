package moira.engine.decoder;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.DenseSpec;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LatentSpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.matrix.Rows;

/** The numbers of one batch of tokens on their way through the layers; one set a session, overwritten layer by layer. */
final class Activations {
    /** The residual stream {@code [tokens][width]}. */
    final float[] hidden;
    /** A normed hidden state {@code [tokens][width]}: what attention, router and experts read. */
    final Rows normed;

    /** {@code [tokens][heads][keyWidth]}: what asks the cache. */
    final float[] query;
    /** {@code [tokens][kvHeads][headWidth]}; empty in latent attention. */
    final float[] key;

    final float[] value;
    /** What the heads found, {@code [tokens][outputWidth]}. */
    final Rows attended;
    /** The output of attention, or of a gated unit, {@code [tokens][width]}. */
    final float[] projected;
    /** Null where no layer's attention is latent. */
    final Latents latents;

    /** Null where no layer routes, as the four below. */
    final Routes routes;
    /** Inputs of the experts, {@code [assignment][width]}, those of one expert side by side. */
    final Rows gathered;

    final Rows gate;
    final float[] up;
    /** Outputs of the experts, {@code [assignment][width]}. */
    final float[] expertOutput;

    /** Insides of the units that every token goes through, by their width. */
    private final Map<Integer, Hidden> units = new HashMap<>();

    private final int tokens;

    /** One part in so many of the heap is for the activations of a session. */
    private static final int SHARE_OF_HEAP = 4;

    /** The inside of a gated unit, {@code [tokens][its width]} each. */
    // The array is what is computed on: nobody copies it.
    @SuppressWarnings("ArrayRecordComponent")
    record Hidden(Rows gate, float[] up) {}

    Activations(Architecture architecture, int tokens, Rows.Formats formats) {
        this.tokens = tokens;
        int width = architecture.width();
        AttentionSpec attention = architecture.attention();
        hidden = new float[tokens * width];
        normed = Rows.of(tokens, width, formats);
        query = new float[tokens * attention.heads() * attention.keyWidth()];
        int kept = attention instanceof GroupedQuerySpec grouped ? grouped.kvHeads() * grouped.headWidth() : 0;
        key = new float[tokens * kept];
        value = new float[tokens * kept];
        attended = Rows.of(tokens, attention.outputWidth(), formats);
        projected = new float[tokens * width];
        latents = attention instanceof LatentSpec latent ? new Latents(latent, tokens, formats) : null;
        for (int unit : unitWidths(architecture)) {
            units.put(unit, new Hidden(Rows.of(tokens, unit, formats), new float[tokens * unit]));
        }
        MixtureSpec mixture = architecture.mixture().orElse(null);
        if (mixture == null) {
            routes = null;
            gathered = null;
            gate = null;
            up = null;
            expertOutput = null;
            return;
        }
        int assignments = tokens * mixture.expertsPerToken();
        routes = new Routes(mixture, tokens);
        gathered = Rows.of(assignments, width, formats);
        gate = Rows.of(assignments, mixture.expertWidth(), formats);
        up = new float[assignments * mixture.expertWidth()];
        expertOutput = new float[assignments * width];
    }

    /** How many tokens there is room for. */
    int tokens() {
        return tokens;
    }

    /** The inside of a unit of some width. */
    Hidden unit(int width) {
        return units.get(width);
    }

    private static Set<Integer> unitWidths(Architecture architecture) {
        Set<Integer> widths = new HashSet<>();
        for (LayerSpec layer : architecture.layers()) {
            switch (layer.feedForward()) {
                case DenseSpec dense -> widths.add(dense.width());
                case MixtureSpec mixture -> mixture.shared().ifPresent(shared -> widths.add(shared.width()));
            }
        }
        return widths;
    }

    /** How many tokens may go through a layer together: every array has its limit, and all of them a share of the heap. */
    static int mostTokens(Architecture architecture, Rows.Formats formats, long heap) {
        long inHeap = heap / SHARE_OF_HEAP / bytes(architecture, formats);
        return (int) Math.clamp(inHeap, 1, Integer.MAX_VALUE / 2 / widest(architecture));
    }

    /** Bytes of a token in all arrays. */
    private static long bytes(Architecture architecture, Rows.Formats formats) {
        int width = architecture.width();
        AttentionSpec attention = architecture.attention();
        long bytes = 2L * Float.BYTES * width
                + Rows.bytes(width, formats)
                + Float.BYTES * (long) attention.heads() * attention.keyWidth()
                + Rows.bytes(attention.outputWidth(), formats)
                // Sines and cosines.
                + 2L * Float.BYTES * attention.rotary().pairs();
        bytes += switch (attention) {
            case GroupedQuerySpec grouped -> 2L * Float.BYTES * grouped.kvHeads() * grouped.headWidth();
            case LatentSpec latent -> Latents.bytes(latent, formats);
        };
        for (int unit : unitWidths(architecture)) {
            bytes += Rows.bytes(unit, formats) + (long) Float.BYTES * unit;
        }
        return bytes + architecture.mixture().map(m -> bytes(m, width, formats)).orElse(0L);
    }

    private static long bytes(MixtureSpec mixture, int width, Rows.Formats formats) {
        long ofAssignment = Rows.bytes(width, formats)
                + Rows.bytes(mixture.expertWidth(), formats)
                + Float.BYTES * ((long) mixture.expertWidth() + width);
        return mixture.expertsPerToken() * ofAssignment + 3L * Float.BYTES * mixture.experts();
    }

    /** Values of a token in the largest array. */
    private static long widest(Architecture architecture) {
        AttentionSpec attention = architecture.attention();
        long widest = Math.max(architecture.width(), (long) attention.heads() * attention.keyWidth());
        widest = Math.max(widest, attention.outputWidth());
        if (attention instanceof LatentSpec latent) {
            widest = Math.max(widest, Latents.widest(latent));
        }
        for (int unit : unitWidths(architecture)) {
            widest = Math.max(widest, unit);
        }
        MixtureSpec mixture = architecture.mixture().orElse(null);
        if (mixture == null) {
            return widest;
        }
        long ofExperts = (long) mixture.expertsPerToken() * Math.max(architecture.width(), mixture.expertWidth());
        return Math.max(Math.max(widest, mixture.experts()), ofExperts);
    }
}
