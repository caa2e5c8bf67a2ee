package moira.routing.comparison;

import java.nio.file.Path;
import moira.routing.verdict.Verdict;

/**
 * One of the analyses that are compared.
 *
 * @param name short, and no other one's
 * @param trace the trace's folder
 * @param folder with {@code analysis.json} and {@code tables/}
 */
public record Analysed(String name, Path trace, Path folder, Verdict verdict) {}
