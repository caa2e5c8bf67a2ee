package moira.engine;

/** Told how far the loading of a model has come, by the thread that loads it. */
@FunctionalInterface
public interface LoadListener {
    LoadListener NONE = (done, total) -> {};

    /**
     * Another matrix is in memory as it will be multiplied. What is multiplied where it lies in the file is not counted.
     *
     * @param done bytes of the file, this matrix's included
     * @param total of all that will be done
     */
    void loaded(long done, long total);
}
