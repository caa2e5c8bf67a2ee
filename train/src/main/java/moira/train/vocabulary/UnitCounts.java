package moira.train.vocabulary;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** How often each unit occurs in the texts that a vocabulary is learnt from. */
public final class UnitCounts {
    /** Above so many different units those seen once are forgotten: the memory of any corpus is bounded. */
    private static final int MOST = 2_000_000;

    /** Longer units (encoded data, tables of characters) teach nothing that is worth a piece. */
    private static final int LONGEST = 200;

    private final Map<String, Long> counts = new HashMap<>();

    /** Counts the units of one text. */
    public void add(String text) {
        Units.of(text, unit -> {
            if (unit.length() <= LONGEST) {
                counts.merge(unit, 1L, Long::sum);
            }
        });
        if (counts.size() > MOST) {
            counts.values().removeIf(count -> count == 1);
        }
    }

    Map<String, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
