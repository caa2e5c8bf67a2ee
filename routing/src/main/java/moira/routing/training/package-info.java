/**
 * Routing while it forms: what {@code moira train} has recorded, followed over the steps ({@link
 * moira.routing.training.TrainingAnalysis}), and read back for a page ({@link moira.routing.training.TrainingHistory}). What is
 * measured is documented in {@code docs/training.md}.
 */
package moira.routing.training;
