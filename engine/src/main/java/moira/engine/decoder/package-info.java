/**
 * The Mixtral decoder (arXiv 2401.04088, section 2). In the order of the data: {@link moira.engine.decoder.Decoder} takes
 * tokens through its layers; a layer is {@link moira.engine.decoder.Attention} and then a mixture of experts, which is
 * {@link moira.engine.decoder.Router} (who is chosen) and {@link moira.engine.decoder.Experts} (what the chosen say).
 */
package moira.engine.decoder;
