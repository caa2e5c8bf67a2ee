/**
 * The arithmetic of the forward pass, behind one interface: {@link moira.engine.kernel.ScalarKernels} is the definition of
 * what is right, {@link moira.engine.kernel.vector.VectorKernels} is what is fast. Both give the same bits, because every
 * sum has one fixed order and every elementary function is built from exactly rounded operations.
 */
package moira.engine.kernel;
