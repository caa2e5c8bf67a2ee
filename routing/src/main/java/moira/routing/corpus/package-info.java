/** Texts with a domain, read one by one from JSON lines (as The Pile has them) or from a folder of text files. */
package moira.routing.corpus;
