package moira.engine.decoder;

import moira.engine.architecture.LatentSpec;
import moira.engine.matrix.Rows;

/** The numbers of a batch of tokens in latent attention. */
final class Latents {
    /** The compressed queries {@code [tokens][queryRank]}; null where there are none. */
    final Rows compressed;
    /** Queries as they come from their matrix, {@code [tokens][heads][content, turned]}. */
    final float[] query;
    /** What is kept of a token, {@code [tokens][latent, turned key]}. */
    final float[] latent;
    /** The part of the queries that is not turned, {@code [heads][tokens][content]}. */
    final Rows content;
    /** The latents that heads found, {@code [tokens][heads][latent]}. */
    final float[] found;
    /** The same, {@code [heads][tokens][latent]}. */
    final Rows gathered;

    Latents(LatentSpec spec, int tokens, Rows.Formats formats) {
        compressed = spec.queryRank() == 0 ? null : Rows.of(tokens, spec.queryRank(), formats);
        query = new float[tokens * spec.heads() * spec.queryWidth()];
        latent = new float[tokens * spec.keyWidth()];
        content = Rows.of(tokens * spec.heads(), spec.contentWidth(), formats);
        found = new float[tokens * spec.heads() * spec.latentWidth()];
        gathered = Rows.of(tokens * spec.heads(), spec.latentWidth(), formats);
    }

    /** Bytes of a token. */
    static long bytes(LatentSpec spec, Rows.Formats formats) {
        long heads = spec.heads();
        return Rows.bytes(spec.queryRank(), formats)
                + Float.BYTES * (heads * spec.queryWidth() + spec.keyWidth() + heads * spec.latentWidth())
                + heads * Rows.bytes(spec.contentWidth(), formats)
                + heads * Rows.bytes(spec.latentWidth(), formats);
    }

    /** Values of a token in the largest array. */
    static long widest(LatentSpec spec) {
        return (long) spec.heads() * Math.max(spec.queryWidth(), spec.latentWidth());
    }
}
