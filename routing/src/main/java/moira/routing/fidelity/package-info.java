/** How near two forms of one model are, in what they route and what they predict. */
package moira.routing.fidelity;
