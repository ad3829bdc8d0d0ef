package dev.muster.group;

import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.config.SecretKeys;
import dev.muster.key.Envelope;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.RolloutOptions;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a group to have something else: another applied layer, other files, or
 * both in one step.
 *
 * @param number what the revision is to be called, if that matters
 * @param ifRevision id of the revision that must be current, {@code none} where there
 * must not be any, or null
 * @param layer empty where that of the current revision stays
 * @param release which release of its package members shall run; empty where that stays
 * as it is
 * @param author who wants it, 1 to 128 printable characters
 * @param message why
 * @param rollout how it is to be taken, where that was said
 */
public record ApplyRequest(GroupName group, OptionalLong number, @Nullable String ifRevision, Optional<Layer> layer,
        FileChanges files, Optional<PackageIdent> release, String author, @Nullable String message,
        RolloutOptions rollout) {

    private static final int LONGEST_AUTHOR = 128;

    public ApplyRequest {
        requireAuthor(author);
    }

    /** One that leaves the release as it is. */
    public ApplyRequest(GroupName group, OptionalLong number, @Nullable String ifRevision, Optional<Layer> layer,
            FileChanges files, String author, @Nullable String message, RolloutOptions rollout) {
        this(group, number, ifRevision, layer, files, Optional.empty(), author, message, rollout);
    }

    /** Of a layer alone. */
    public ApplyRequest(GroupName group, OptionalLong number, @Nullable String ifRevision, byte[] content,
            String contentHash, String author, @Nullable String message, RolloutOptions rollout) {
        this(group, number, ifRevision, Optional.of(new Layer(content, contentHash)), FileChanges.NONE, author, message,
                rollout);
    }

    /** One that leaves the way it is taken to the group. */
    public ApplyRequest(GroupName group, OptionalLong number, @Nullable String ifRevision, byte[] content,
            String contentHash, String author, @Nullable String message) {
        this(group, number, ifRevision, content, contentHash, author, message, RolloutOptions.NONE);
    }

    /**
     * Refuses what the group cannot have because of how it is, or is not, encrypted.
     * @throws RefusedException with what to type instead
     */
    public void requireEncryption() {
        Encryption.unfit(this.group, this.layer, this.files.contents()).ifPresent((why) -> {
            throw new RefusedException(RefusedException.Reason.ENCRYPTION, why + ". Nothing was changed", null);
        });
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

    /**
     * A layer that is to hold.
     *
     * @param text at most {@value Revision#MAX_CONTENT} bytes, already seen to be TOML,
     * or an encrypted message
     * @param hash of the parsed layer; of the text, where that is encrypted
     * @param envelope whose keys open it; empty for TOML
     * @param secrets which of its values are; empty where nobody knew its package
     */
    public record Layer(byte[] text, String hash, Optional<Envelope> envelope, Optional<SecretKeys> secrets) {

        public Layer {
            if (text.length > Revision.MAX_CONTENT) {
                throw new IllegalArgumentException(
                        "A configuration has at most " + Revision.MAX_CONTENT + " bytes, this one has " + text.length);
            }
        }

        /** One in TOML. */
        public Layer(byte[] toml, String hash) {
            this(toml, hash, Optional.empty(), Optional.empty());
        }

    }

}
