package dev.muster.group;

import org.jspecify.annotations.Nullable;

/**
 * A change of a file that holds, as far as is known when it is answered.
 *
 * @param revision the one that was made, or that holds already
 * @param already whether nothing had to be made
 * @param copies how many members are known to have it on disk
 * @param oneCopyOnly whether a second copy was to be had and did not come in time
 * @param overtakenBy id of a greater revision that another member holds
 */
public record AppliedFile(FileRevision revision, boolean already, int copies, boolean oneCopyOnly,
        @Nullable String overtakenBy) {
}
