/** Trace, tables, report: where a mixture of experts sent its tokens, and what that means. */
package moira.routing;
