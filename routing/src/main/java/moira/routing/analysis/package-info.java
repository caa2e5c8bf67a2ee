/**
 * From a trace to its tables. The counts by source are plain SQL (resources of this package); what is drawn from them, shares,
 * bootstrap intervals, permutation nulls and the values of chance, is computed here.
 */
package moira.routing.analysis;
