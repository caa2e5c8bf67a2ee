/** Models with random weights, for measuring speed. */
package moira.engine.synthetic;
