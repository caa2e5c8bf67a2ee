/**
 * Routing that other programs recorded, made into a trace: arrays (npz, safetensors), rows (JSON lines), counts.
 *
 * <p>A file is not trusted: what its header announces is checked before memory is asked for it, and nothing in it is run.
 */
package moira.routing.foreign;
