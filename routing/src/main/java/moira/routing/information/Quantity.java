package moira.routing.information;

/** What is measured of the expert X that a token is sent to. */
public enum Quantity {
    ENTROPY("entropy"),
    DOMAIN("domain"),
    TOKEN("token"),
    DOMAIN_GIVEN_TOKEN("domain|token"),
    /** What counts would make of the same tokens, not knowing their documents: an upper bound. */
    DOMAIN_GIVEN_TOKEN_BY_COUNTS("domain|token_by_counts"),
    TOKEN_GIVEN_DOMAIN("token|domain"),
    PREVIOUS_TOKEN("previous_token"),
    PREVIOUS_CHOICE("previous_choice"),
    POSITION("position"),
    CLASS("class");

    private final String name;

    Quantity(String name) {
        this.name = name;
    }

    /** As the table calls it. */
    @Override
    public String toString() {
        return name;
    }
}
