package dev.muster.group;

/**
 * Hears, step by step, what the members of a group make of a revision. Always on the
 * node's loop: it must not wait, and must not fail.
 */
public interface StepListener {

    /** The first ones say of every member where it is when the listening begins. */
    void step(Step step);

    /**
     * What was waited for has come about, or no longer can, or the time is up. Nothing
     * follows.
     * @param id as that of a step
     */
    void result(String id, RevisionStatus status);

}
