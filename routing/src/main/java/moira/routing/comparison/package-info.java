/**
 * Several analyses side by side: each model against its own chance, layers by relative depth, and an answer to "which of
 * them has experts?" by the rule of {@link moira.routing.verdict}.
 */
package moira.routing.comparison;
