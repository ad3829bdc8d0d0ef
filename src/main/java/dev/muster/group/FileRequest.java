package dev.muster.group;

import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.content.FileName;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a file of a group to be this one, or to be gone.
 *
 * @param number what the revision is to be called, if that matters
 * @param ifRevision id of the revision that must be current, or null
 * @param content empty for a file that is to be gone
 * @param author who wants it, 1 to 128 printable characters
 * @param message why
 */
public record FileRequest(GroupName group, FileName name, OptionalLong number, @Nullable String ifRevision,
        Optional<FileContent> content, String author, @Nullable String message) {

    private static final int LONGEST_AUTHOR = 128;

    public FileRequest {
        if (author.isEmpty() || author.length() > LONGEST_AUTHOR
                || !author.chars().allMatch((c) -> c >= ' ' && c != 127)) {
            throw new IllegalArgumentException(
                    "An author has 1 to " + LONGEST_AUTHOR + " printable characters, '" + author + "' has not");
        }
        if (message != null && message.length() > FileFacts.LONGEST_MESSAGE) {
            throw new IllegalArgumentException("A message has at most " + FileFacts.LONGEST_MESSAGE
                    + " characters, this one has " + message.length());
        }
    }

    String identity() {
        return this.content.map(FileContent::identity).orElse(FileFacts.REMOVED);
    }

}
