package dev.muster.group;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * An apply that holds, as far as is known when it is answered.
 *
 * @param revision the one that was made, or that holds already
 * @param already whether nothing had to be made
 * @param base the revision it replaced, if it was made on one
 * @param copies how many members are known to have it on disk: this one, and one other
 * that has answered
 * @param alone whether no other member was present to take a copy
 * @param overtakenBy id of a greater revision that another member holds
 */
public record Applied(Revision revision, boolean already, Optional<Revision> base, int copies, boolean alone,
        @Nullable String overtakenBy) {

    /** Whether a second copy was to be had and did not come in time. */
    public boolean oneCopyOnly() {
        return this.copies < 2 && !this.alone;
    }

}
