/**
 * Which models are read: a {@link moira.engine.family.Family} a file, all of them in {@link moira.engine.family.Families}. A family asks
 * {@link moira.engine.family.Keys} what a model's files say, whether they are a Hugging Face folder or a GGUF file, and describes the
 * decoder; {@link moira.engine.family.WeightNames} says where its weights are. To add one, write its file, a line in the registry, and its
 * test.
 */
package moira.engine.family;
