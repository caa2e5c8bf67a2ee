/**
 * How many bits of an expert's choice are known from the domain, the token, its neighbour, its place: plug-in values, what chance
 * alone gives, and how units of text would vary them. Pure statistics over arrays in memory; {@code docs/information.md} defines
 * every quantity and derives what is not obvious here.
 */
package moira.routing.information;
