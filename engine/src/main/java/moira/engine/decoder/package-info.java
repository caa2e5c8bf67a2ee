/**
 * The decoder, built from its description ({@link moira.engine.architecture}). In the order of the data: {@link
 * moira.engine.decoder.Decoder} takes tokens through its layers, a {@link moira.engine.decoder.Pass} has the operators; a layer is {@link
 * moira.engine.decoder.Attention} and then a {@link moira.engine.decoder.FeedForward}. In a mixture of experts (arXiv 2401.04088, section 2)
 * that is {@link moira.engine.decoder.Router} (who is chosen), {@link moira.engine.decoder.Experts} (what the chosen say), and perhaps a {@link
 * moira.engine.decoder.GatedUnit} that every token goes through.
 */
package moira.engine.decoder;
