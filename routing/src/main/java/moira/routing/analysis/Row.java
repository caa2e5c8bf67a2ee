package moira.routing.analysis;

/**
 * What was counted in one unit.
 *
 * @param values in the order of the query's columns
 */
// Made by the million and read only here: a list would box every count.
@SuppressWarnings("ArrayRecordComponent")
record Row(int unit, double[] values) {}
