package moira.routing.trace;

import moira.engine.RoutingObserver;

/** Runs a sequence from its beginning, and tells where its tokens were routed. */
@FunctionalInterface
interface Forward {
    void run(int[] tokens, RoutingObserver observer);
}
