/**
 * The report: one HTML file that draws every table of an analysis and says, by rule, what the figures carry.
 *
 * <p>Java reads the tables, cuts them to a bounded size, writes the summary and puts data, charts' specifications,
 * scripts and styles into one page ({@link moira.routing.report.ReportWriter}); the scripts under {@code resources}
 * draw it in the reader's browser. Text of the corpus is data all the way: it is never part of the page's markup.
 */
package moira.routing.report;
