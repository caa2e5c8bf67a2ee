package moira.engine.architecture;

/** Which of its dimensions the rotary embedding turns together (arXiv 2104.09864). */
public enum Pairing {
    /** i and i + half of the dimensions, as the transformers library lays most heads out ("NeoX"). */
    HALVES,
    /** 2i and 2i + 1, as the paper has it. */
    INTERLEAVED
}
