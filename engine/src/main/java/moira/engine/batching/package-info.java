/**
 * Many sequences at once ("continuous batching", as in Orca, OSDI 2022): a {@link moira.engine.batching.Batcher} runs, step by step, the next
 * token of all sequences that grow together with chunks of the prompts that wait. Sequences join and leave between steps. Each is a {@link
 * moira.engine.batching.Course}, which draws its own tokens; its tokens and its routing are the same bits alone and in company.
 */
package moira.engine.batching;
