package dev.muster.group;

import java.util.Optional;
import java.util.regex.Pattern;

import dev.muster.key.Envelope;
import dev.muster.rumor.Hash;

/**
 * What a file is on every member of its group.
 *
 * @param hash of the bytes; of the cipher text, where it is encrypted
 * @param size how many bytes those are
 * @param mode permissions as the system counts them, 0 to 0777: no file of a group gives
 * rights to whoever runs it
 * @param owner a user of the members' machines; the service's user where it is empty
 * @param envelope whose keys open it; empty where the bytes are the file
 */
public record FileContent(Hash hash, int size, int mode, Optional<String> owner, Optional<Envelope> envelope) {

    /** Longest content in bytes. */
    public static final int MAX_SIZE = 64 * 1024 * 1024;

    /** Readable by the service and its group. */
    public static final int USUAL_MODE = 0640;

    private static final int MAX_MODE = 0777;

    private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    public FileContent {
        if (size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException("A file has at most " + MAX_SIZE + " bytes, not " + size);
        }
        if (mode < 0 || mode > MAX_MODE) {
            throw new IllegalArgumentException(
                    "The mode of a file is from 0 to 777 in octal digits, not " + Integer.toOctalString(mode));
        }
        if (owner.filter((user) -> !USER.matcher(user).matches()).isPresent()) {
            throw new IllegalArgumentException("The owner of a file is the name of a user, not '" + owner.get() + "'");
        }
    }

    /** One that is not encrypted. */
    public FileContent(Hash hash, int size, int mode, Optional<String> owner) {
        this(hash, size, mode, owner, Optional.empty());
    }

    /** Equal for files that are the same on members. */
    String identity() {
        return this.hash.hex() + "-" + Integer.toOctalString(this.mode)
                + this.owner.map((user) -> "-" + user).orElse("")
                + this.envelope.map((known) -> "-" + known.sender() + "-" + known.recipient()).orElse("");
    }

}
