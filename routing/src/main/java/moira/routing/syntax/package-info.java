/** What a token is in the text, whatever it is about: its class by its piece alone, and the words that pieces make. */
package moira.routing.syntax;
