package dev.muster.rollout;

import java.util.Optional;

/**
 * What one node knows of a member that a rollout waits for.
 *
 * @param name what people call it
 * @param present whether it is seen
 * @param gone whether it no longer belongs to the group, which counts as done
 * @param done whether it has said that it is; it never takes that back
 * @param failure why it says that it failed
 * @param underWay whether it has taken this change, or another one in its turn, and has
 * not been well with it through the settle time; also where that is not known yet
 */
public record Stand(String name, boolean present, boolean gone, boolean done, Optional<String> failure,
        boolean underWay) {

    boolean over() {
        return this.gone || this.done;
    }

}
