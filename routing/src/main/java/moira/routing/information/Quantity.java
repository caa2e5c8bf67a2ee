package moira.routing.information;

/** What is measured of the expert X that a token is sent to. */
public enum Quantity {
    ENTROPY("entropy"),
    DOMAIN("domain"),
    TOKEN("token"),
    DOMAIN_GIVEN_TOKEN("domain|token"),
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
