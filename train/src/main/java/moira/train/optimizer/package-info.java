/** How the weights move: AdamW, and the schedule of its learning rate. */
package moira.train.optimizer;
