/** Training: steps until the budget is spent, checkpoints on the way, probes of the routing. */
package moira.train.run;
