/** A vocabulary learnt from texts by byte pair encoding, written as SentencePiece writes it. */
package moira.train.vocabulary;
