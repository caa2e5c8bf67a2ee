package moira.routing.result;

import java.util.Locale;

/** Formats that do not change with the machine's language. */
public final class Text {
    private Text() {}

    public static String of(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /** A share as a percentage, which a line break does not part from its sign. */
    public static String percent(double share) {
        return of("%.1f\u00a0%%", 100 * share);
    }
}
