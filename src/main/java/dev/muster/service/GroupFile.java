package dev.muster.service;

import java.util.Optional;

import dev.muster.content.FileName;
import dev.muster.content.Supply;

/**
 * A file that every member of a group is to have.
 *
 * @param hash of its content, in hexadecimal digits; of the cipher text, where it is
 * encrypted
 * @param size of that in bytes
 * @param mode permissions, 0 to 0777
 * @param owner a user of this machine; the service's where it is empty
 * @param supply whether the content is on this machine
 * @param encrypted whether it has to be decrypted before it is put in its place
 */
public record GroupFile(FileName name, String hash, int size, int mode, Optional<String> owner, Supply supply,
        boolean encrypted) {

    /** One that is not encrypted. */
    public GroupFile(FileName name, String hash, int size, int mode, Optional<String> owner, Supply supply) {
        this(name, hash, size, mode, owner, supply, false);
    }

    /** What others may not do with a file that may have secrets in it. */
    private static final int GUARDED = 0750;

    GroupFile guarded() {
        return new GroupFile(this.name, this.hash, this.size, this.mode & GUARDED, this.owner, this.supply,
                this.encrypted);
    }

    boolean isHere() {
        return this.supply == Supply.HERE;
    }

    /** Whether it would be the same in its place. */
    boolean isAs(GroupFile other) {
        return this.hash.equals(other.hash) && this.encrypted == other.encrypted && this.mode == other.mode
                && this.owner.equals(other.owner);
    }

}
