package moira.routing.foreign;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.routing.corpus.JsonLines;

/**
 * How a CSV file begins.
 *
 * @param remarks the lines before the header, which begin with {@code #}
 * @param between what stands between values: of comma, tab, semicolon and bar the one that the header has most of
 */
record CsvHead(Path file, List<String> remarks, char between) {
    private static final int MOST_REMARKS = 100_000;
    private static final int LONGEST = 1 << 20;
    private static final String BETWEEN = ",\t;|";

    static CsvHead read(Path file) {
        List<String> remarks = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(JsonLines.stream(file), StandardCharsets.UTF_8))) {
            String line = line(lines, file);
            while (line.startsWith("#") && remarks.size() < MOST_REMARKS) {
                remarks.add(line);
                line = line(lines, file);
            }
            return new CsvHead(file, remarks, between(line));
        } catch (IOException e) {
            throw MoiraException.expected(file.toString(), "readable data", Reason.of(e));
        }
    }

    /** A line that may not fill the memory. */
    private static String line(BufferedReader lines, Path file) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = lines.read();
        while (next >= 0 && next != '\n') {
            if (line.length() == LONGEST) {
                throw MoiraException.expected(file.toString(), "lines of at most " + LONGEST + " characters", "longer");
            }
            line.append((char) next);
            next = lines.read();
        }
        return line.toString();
    }

    private static char between(String header) {
        char most = BETWEEN.charAt(0);
        for (char one : BETWEEN.toCharArray()) {
            if (count(header, one) > count(header, most)) {
                most = one;
            }
        }
        return most;
    }

    private static long count(String text, char one) {
        return text.chars().filter(c -> c == one).count();
    }
}
