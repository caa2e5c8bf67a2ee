package moira.routing.verdict;

import java.util.List;
import java.util.Locale;
import moira.routing.result.Text;

/** Figures and lists as a sentence has them. */
final class Phrases {
    private static final double SMALL = 0.0005;

    private Phrases() {}

    /** Names joined with commas and {@code and}. */
    static String and(List<String> names) {
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    /** The first few names, and how many more. */
    static String few(List<String> names, int most) {
        return names.size() <= most
                ? and(names)
                : String.join(", ", names.subList(0, most)) + " and " + (names.size() - most) + " more";
    }

    /** With a capital. */
    static String sentence(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** A percentage; what would be shown as nothing is said to be small. */
    static String share(Double share) {
        if (share == null) {
            return "not known";
        }
        return share < SMALL ? "less than " + Text.percent(2 * SMALL) : Text.percent(share);
    }

    /** A share with its interval. */
    static String interval(Explanation term) {
        String share = share(term.share());
        return term.ciLow() == null || term.ciHigh() == null
                ? share
                : Text.of("%s (%.1f to %s)", share, 100 * term.ciLow(), Text.percent(term.ciHigh()));
    }

    /**
     * A figure that was not tested, and why; of one that the truth does not exceed no more is said than that.
     *
     * @param of what it is a share of, with a blank before it, or nothing
     */
    static String untested(Explanation term, String of, Rule rule) {
        String size = term.share() == null
                ? "not known"
                : term.upperBound()
                        ? "at most " + Text.percent(Math.max(term.share(), 2 * SMALL)) + of
                                + " (what documents repeat is in it)"
                        : rule.word(term.share()) + ", " + share(term.share()) + of.replaceFirst(",$", "");
        return size + "; could not be tested: " + term.untested();
    }

    /** Where a thing is that is in none of them. */
    static String anyLayer(int layers) {
        return layers == 1 ? "in the one layer" : Text.of("in any of %d layers", layers);
    }

    /** What would not have been seen; empty where that is not known. */
    static String smallest(Double effect) {
        return effect == null
                ? ""
                : " (less than about " + Text.percent(Math.max(effect, 2 * SMALL)) + " would not show)";
    }

    /** A number of layers out of all. */
    static String ofLayers(long n, int layers) {
        return layers == 1 ? "the one layer" : Text.of("%d of %d layers", n, layers);
    }
}
