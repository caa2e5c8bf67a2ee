package moira.routing.foreign;

import java.io.Closeable;
import java.util.Optional;
import java.util.Set;

/** A file of named arrays. */
sealed interface ArrayFile extends Closeable permits NpzFile, SafetensorsArrays {
    /** As errors call the file. */
    String name();

    Set<String> arrays();

    /** An array from its beginning, or nothing where there is none of this name. Several may be read at once. */
    Optional<NumberArray> open(String array);
}
