package moira.routing.verdict;

import java.util.Comparator;
import java.util.List;

/** Which of several explanations is ahead. */
final class Leading {
    private Leading() {}

    /**
     * Of what holds the largest share, and with it all whose interval reaches that one's: they are alike. Where nothing
     * was tested, the largest figure above the floor, which then is a matter of size alone; but nothing leads where the largest
     * is about domains, since what their documents have of their own is in it. Largest first; empty where there is none.
     */
    static <T extends Explanation> List<T> of(List<T> terms, Rule rule) {
        List<T> held = sorted(terms, Standing.HOLDS);
        if (!held.isEmpty()) {
            T first = held.getFirst();
            return held.stream().filter(term -> term.ciHigh() >= first.ciLow()).toList();
        }
        List<T> untested = sorted(terms, Standing.UNTESTED);
        return untested.size() < terms.size()
                ? List.of()
                : untested.stream()
                        .limit(1)
                        .filter(term -> term.share() >= rule.floor() && !Cue.isAboutDomains(term.quantity()))
                        .toList();
    }

    private static <T extends Explanation> List<T> sorted(List<T> terms, Standing standing) {
        return terms.stream()
                .filter(term -> term.standing() == standing && term.share() != null)
                .sorted(Comparator.comparingDouble((T term) -> term.share()).reversed())
                .toList();
    }

    static List<String> names(List<? extends Explanation> terms) {
        return terms.stream().map(Explanation::name).toList();
    }
}
