package moira.routing.verdict;

/** What may tell to which expert a token goes. */
enum Cue {
    /** Which token it is. */
    VOCABULARY("vocabulary", "token"),

    /** The document's domain, once the token is known. */
    TOPIC("topic beyond vocabulary", "domain|token"),

    /** The document's domain where tokens are not known, so that its words and its topic cannot be told apart. */
    DOMAIN("domain (topic or vocabulary)", "domain"),

    /** The first expert of the token before. */
    NEIGHBOUR("neighbour", "previous_choice");

    private final String words;
    private final String quantity;

    Cue(String words, String quantity) {
        this.words = words;
        this.quantity = quantity;
    }

    String words() {
        return words;
    }

    /** Whether a quantity is told from chance by shuffling domains over documents. */
    static boolean isAboutDomains(String quantity) {
        return quantity.equals(TOPIC.quantity) || quantity.equals(DOMAIN.quantity);
    }

    /** Its rows in the table {@code information}. */
    String quantity() {
        return quantity;
    }
}
