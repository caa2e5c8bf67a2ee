/** A model into a GGUF file, in a format of choice: streamed tensor by tensor, with an account of what the format loses. */
package moira.engine.conversion;
