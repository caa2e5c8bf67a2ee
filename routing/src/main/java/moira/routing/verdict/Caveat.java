package moira.routing.verdict;

/**
 * What the verdict may not claim, or what in the corpus may have faked it.
 *
 * @param kind for programs: {@code few_documents}, {@code repeated_documents}...
 * @param words a sentence
 */
public record Caveat(String kind, String words) {}
