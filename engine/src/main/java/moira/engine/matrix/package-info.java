/** Weight matrices in the layout that the kernels multiply, and where they are: in memory, or still in the file. */
package moira.engine.matrix;
