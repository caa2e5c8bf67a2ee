/** The tokens of a corpus, and the batches that mix its domains. */
package moira.train.batch;
