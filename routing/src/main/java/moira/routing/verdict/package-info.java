/**
 * The verdict: which of topic, vocabulary and neighbour explains how much of a model's routing, by a rule with stated
 * thresholds ({@link moira.routing.verdict.Rule}) over the table {@code information}; and what it may not claim
 * ({@link moira.routing.verdict.Caveat}). The rule and its reasons stand in {@code docs/verdict.md}.
 */
package moira.routing.verdict;
