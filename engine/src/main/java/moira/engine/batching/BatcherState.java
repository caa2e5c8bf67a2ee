package moira.engine.batching;

/**
 * What a batcher is at.
 *
 * @param running sequences
 * @param queued courses that wait
 * @param kvBytes of keys and values, those of kept sequences included
 * @param kept sequences that ended and may be gone on with
 */
public record BatcherState(int running, int queued, long kvBytes, int kept) {}
