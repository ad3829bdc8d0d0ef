package dev.muster.service;

import java.util.List;

/**
 * What a configuration would do to a service of this node, without doing it.
 *
 * @param action what would follow
 * @param reason which files cause it, or why nothing can be
 * @param files those that would change, in the order of their names
 */
public record Preview(Action action, String reason, List<FileDifference> files) {

    public Preview {
        files = List.copyOf(files);
    }

    /** What follows a change. */
    public enum Action {

        /** No file changes that anything that runs would hear of. */
        NOTHING,

        /** The {@code file-updated} hook is run, and nothing else. */
        FILE_UPDATED,

        RECONFIGURE,

        RESTART,

        /** Nothing runs, after failures, and it ends the wait for the next start. */
        START,

        /** The templates cannot be rendered with it: it would not be taken. */
        REFUSED;

        /** In lower case, with hyphens. */
        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

    }

}
