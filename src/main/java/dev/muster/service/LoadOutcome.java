package dev.muster.service;

/** What {@link Services#load} did. */
public enum LoadOutcome {

    /** The service is loaded as asked, and was not before. */
    LOADED,
    /** It was loaded exactly so already. */
    EQUAL

}
