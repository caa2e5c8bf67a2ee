package moira.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import moira.engine.MoiraException;

/** Stdin is UTF-8, whatever the locale; what is not is an error, since a replacement character would be read like text. */
final class Stdin {
    private final BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()));
    private int number;

    /** All of it but the last line break, which an editor or {@code echo} added. */
    static String readAll() {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(System.in.readAllBytes());
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString().replaceFirst("\\r?\\n\\z", "");
        } catch (IOException e) {
            throw MoiraException.cannot("stdin", "be read", e);
        }
    }

    /** The next line, or null at the end. */
    String nextLine() {
        number++;
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw MoiraException.cannot("stdin, near line " + number, "be read", e);
        }
    }

    /** Where the line is that was read last, for errors. */
    String at() {
        return "stdin, line " + number;
    }
}
