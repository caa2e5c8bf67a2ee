/** The Mixtral decoder in PyTorch's operations: written a second time, without the engine's code, and held equal to it by tests. */
package moira.train.decoder;
