/**
 * An HTTP server with the interface of OpenAI's, which says where every token went. {@link moira.server.Server} listens, {@link
 * moira.server.Guard} refuses whoever may not ask, {@link moira.server.Api} reads what is asked ({@link moira.server.Ask}), and each choice of
 * an answer is a {@link moira.server.Choice} of the batch that all sequences share ({@link moira.engine.batching.Batcher}).
 */
package moira.server;
