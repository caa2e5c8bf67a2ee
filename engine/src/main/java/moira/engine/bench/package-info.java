/** What {@code moira bench} measures. */
package moira.engine.bench;
