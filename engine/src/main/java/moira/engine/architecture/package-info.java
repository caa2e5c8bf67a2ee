/**
 * What a decoder is made of, in the field's own words and layer by layer: {@link moira.engine.architecture.Architecture} lists its
 * {@link moira.engine.architecture.LayerSpec layers}, each an {@link moira.engine.architecture.AttentionSpec attention} and a
 * {@link moira.engine.architecture.FeedForwardSpec feed-forward}. {@link moira.engine.architecture.Part} names every weight that such a
 * layer has, and {@link moira.engine.architecture.Parts} its shape. No model's family is named here or below: the decoder is built from
 * the description alone.
 */
package moira.engine.architecture;
