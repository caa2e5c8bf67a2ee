package moira.routing.trace;

import java.util.List;
import moira.engine.RoutingObserver;

/** Runs windows from their beginnings, together, and tells where the tokens of each were routed. */
@FunctionalInterface
interface Forward {
    /** @param observers one for each window */
    void run(List<Window> windows, List<RoutingObserver> observers);
}
