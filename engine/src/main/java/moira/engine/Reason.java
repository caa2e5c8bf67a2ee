package moira.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;

/** Why something failed, in words: the names of Java's classes say nothing to most people, and messages often repeat the file. */
public final class Reason {
    /** A name of Java's, alone or before a message, and what Jackson adds for who programs with it. */
    private static final Pattern JAVA = Pattern.compile(
            "(\\w+\\.)+[A-Z]\\w*(: )?|\\w+(Exception|Error)\\b(: )?"
                    + "|,? \\(?from `.*?`\\)?| \\((start marker|for|through reference chain).*|\\[?Source: .*|`\\w*\\.\\w*\\(\\)`");

    private Reason() {}

    /** Never empty, never null. */
    public static String of(Throwable e) {
        return switch (e) {
            case MoiraException known -> known.getMessage();
            case UncheckedIOException wrapped -> of(wrapped.getCause());
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "it is no folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileAlreadyExistsException _ -> "a file is there already";
            case FileSystemLoopException _ -> "a link leads to a folder that it lies in";
            case CharacterCodingException _ -> "it is no UTF-8";
            case EOFException _ -> "it ends too early";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            case FileSystemException _ -> "the system refuses it";
            case StreamReadException json -> words(json.getOriginalMessage(), "it is no JSON") + place(json);
            case JacksonException json -> "a value of another kind" + path(json);
            case IOException _ -> words(e.getMessage(), "the system gives no reason");
            default -> words(e.getMessage(), "it is damaged");
        };
    }

    private static String words(String message, String otherwise) {
        String words = message == null
                ? ""
                : JAVA.matcher(message.lines().findFirst().orElse(""))
                        .replaceAll("")
                        .strip();
        return words.isEmpty() || words.equals("null") ? otherwise : words;
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static String path(JacksonException e) {
        String path = e.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "" : " at " + path.replace(".[", "[");
    }
}
