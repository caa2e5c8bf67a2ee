/**
 * An analysis read back: its header ({@link moira.routing.result.Run}), its tables and those of its trace as SQL
 * ({@link moira.routing.result.Tables}), and what is shared by all that speaks about them.
 */
package moira.routing.result;
