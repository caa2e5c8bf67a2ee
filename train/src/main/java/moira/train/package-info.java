/**
 * Trains a small Mixtral. {@link moira.train.decoder} is the model in PyTorch's operations, {@link moira.train.output} what is
 * kept of it.
 */
package moira.train;
