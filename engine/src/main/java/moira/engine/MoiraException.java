package moira.engine;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** The work cannot go on. The message is one line: where, what was expected, what was found. */
public final class MoiraException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MoiraException(String message) {
        super(oneLine(message));
    }

    public MoiraException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /**
     * An input that is not what it should be.
     *
     * @param where the file, with an offset or a line where there is one
     */
    public static MoiraException expected(String where, String expected, Object found) {
        return new MoiraException(where + ": expected " + expected + ", found " + found);
    }

    /**
     * What the system does not let us do.
     *
     * @param where the file or folder
     * @param what as in {@code be read}
     */
    public static MoiraException cannot(Object where, String what, IOException e) {
        return new MoiraException(where + ": cannot " + what + ": " + reason(e), e);
    }

    /** In words: the names of Java's exceptions say nothing to most people, and their messages often repeat the file. */
    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "it is no folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileAlreadyExistsException _ -> "a file is there already";
            case CharacterCodingException _ -> "it is no UTF-8";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /** Names and values of a broken input may hold anything; a control character is shown by its number. */
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder(message.length());
        message.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
