package dev.muster.service;

/** What is known of a service's well-being, in the words of Habitat's answers. */
public enum Health {

    OK("Ok"), WARNING("Warning"), CRITICAL("Critical"), UNKNOWN("Unknown");

    private final String wireName;

    Health(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return this.wireName;
    }

}
