/** Files that are whole or not there, folders that one process writes at a time, and digests: what all writers of files share. */
package moira.engine.io;
