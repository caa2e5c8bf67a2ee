/**
 * Products of prompts on oneDNN, a library of kernels for neural networks, called through Java's foreign functions. Optional: the
 * engine finds this module when it is on the class path, and this module finds the library where it has been fetched.
 */
package moira.accelerate;
