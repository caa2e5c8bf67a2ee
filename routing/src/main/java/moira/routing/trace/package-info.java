/** Records where every token of a corpus was routed: the plan, the trace folder, its writer and its reader. */
package moira.routing.trace;
