package moira.routing.foreign;

import java.util.Locale;
import moira.engine.MoiraException;

/** What counts of all choices together lack, wherever they come from. */
final class CountsAccount {
    private CountsAccount() {}

    /** @param byDocument whether a domain has several documents */
    static void tell(Account account, boolean byDocument) {
        account.lacks(
                "positions: counts alone, so no repetition, no co-activation, no transition between layers, no passages");
        if (!byDocument) {
            account.lacks("documents: a domain is one, so no intervals, and no null for the divergence of domains");
        }
        account.lacks("counts of first choices: all choices are counted together");
        account.lacksProbabilities();
        account.lacksTokens();
    }

    static int tokens(String document, double tokens) {
        if (!(tokens > 0) || tokens > Integer.MAX_VALUE) {
            throw MoiraException.expected(
                    document, "1 to " + Integer.MAX_VALUE + " tokens", String.format(Locale.ROOT, "%.0f", tokens));
        }
        return (int) Math.max(1, Math.round(tokens));
    }
}
