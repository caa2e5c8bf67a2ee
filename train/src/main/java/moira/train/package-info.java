/**
 * Trains a small Mixtral from its beginnings. Follow the data: {@link moira.train.vocabulary} learns pieces from a corpus, {@link
 * moira.train.batch} mixes its domains into batches, {@link moira.train.decoder} computes their loss, {@link
 * moira.train.optimizer} moves the weights, {@link moira.train.run} does so until the budget is spent, {@link moira.train.output}
 * writes the model.
 */
package moira.train;
