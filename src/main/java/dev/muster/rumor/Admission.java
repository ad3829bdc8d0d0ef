package dev.muster.rumor;

/**
 * The door of a member for facts that others tell: keeps out what no correct member would
 * say, and lets unknown kinds pass. Must be a function of the fact alone, for members
 * that admit different facts never agree.
 */
@FunctionalInterface
public interface Admission {

    /** Any thread may ask. */
    boolean admits(Fact fact);

}
