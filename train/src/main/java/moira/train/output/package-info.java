/** A trained model as a Hugging Face folder, which the engine and the transformers library read. */
package moira.train.output;
