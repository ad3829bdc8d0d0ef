package dev.muster.group;

import java.util.OptionalLong;

import dev.muster.rollout.RolloutOptions;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a group's applied layer to be this one.
 *
 * @param number what the revision is to be called, if that matters
 * @param ifRevision id of the revision that must be current, {@code none} where there
 * must not be any, or null
 * @param content the layer as TOML, at most {@value Revision#MAX_CONTENT} bytes, already
 * seen to be TOML
 * @param contentHash of the parsed layer
 * @param author who wants it, 1 to 128 printable characters
 * @param message why
 * @param rollout how it is to be taken, where that was said
 */
public record ApplyRequest(GroupName group, OptionalLong number, @Nullable String ifRevision, byte[] content,
        String contentHash, String author, @Nullable String message, RolloutOptions rollout) {

    private static final int LONGEST_AUTHOR = 128;

    /** One that leaves the way it is taken to the group. */
    public ApplyRequest(GroupName group, OptionalLong number, @Nullable String ifRevision, byte[] content,
            String contentHash, String author, @Nullable String message) {
        this(group, number, ifRevision, content, contentHash, author, message, RolloutOptions.NONE);
    }

    public ApplyRequest {
        if (content.length > Revision.MAX_CONTENT) {
            throw new IllegalArgumentException(
                    "A configuration has at most " + Revision.MAX_CONTENT + " bytes, this one has " + content.length);
        }
        requireAuthor(author);
    }

    /**
     * @return the same
     * @throws IllegalArgumentException when no revision can have this author
     */
    public static String requireAuthor(String author) {
        if (author.isEmpty() || author.length() > LONGEST_AUTHOR
                || !author.chars().allMatch((c) -> c >= ' ' && c != 127)) {
            throw new IllegalArgumentException(
                    "An author has 1 to " + LONGEST_AUTHOR + " printable characters, '" + author + "' has not");
        }
        return author;
    }

}
