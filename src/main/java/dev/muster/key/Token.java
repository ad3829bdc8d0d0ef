package dev.muster.key;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lets in whoever has its secret, of which it holds a hash only.
 *
 * @param id 12 hexadecimal digits
 * @param name who it was given to: the author of what is done with it; 1 to 128 printable
 * characters
 * @param role what may be done with it
 * @param groups where
 * @param hash of its secret, 64 hexadecimal digits
 * @param created when it was made
 * @param author who made it
 * @param revoked since when it lets nobody in any more
 */
public record Token(String id, String name, Role role, GroupPattern groups, String hash, Instant created, String author,
        Optional<Instant> revoked) {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private static final Pattern PRINTABLE = Pattern.compile("\\P{C}{1,128}");

    public Token {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("\"" + id + "\" is no token's id: that has 12 hexadecimal digits");
        }
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("The hash of token " + id + " has to be 64 hexadecimal digits");
        }
        printable("name", name);
        printable("author", author);
    }

    private static void printable(String what, String value) {
        if (!PRINTABLE.matcher(value).matches() || value.isBlank()) {
            throw new IllegalArgumentException(
                    "The " + what + " of a token has to have 1 to 128 printable characters, not " + value.length()
                            + (value.length() <= 128 ? " of which some are not printable" : ""));
        }
    }

    /** A token for a secret that was just made. */
    public static Token of(TokenSecret secret, String name, Role role, GroupPattern groups, Instant created,
            String author) {
        return new Token(secret.id(), name, role, groups, secret.hash(), created, author, Optional.empty());
    }

    /**
     * The same token, of no use from now on; one that was revoked before stays as it is.
     */
    public Token revokedAt(Instant when) {
        return this.revoked.isPresent() ? this : new Token(this.id, this.name, this.role, this.groups, this.hash,
                this.created, this.author, Optional.of(when));
    }

    /**
     * Whether this is its secret, and still lets somebody in. Takes as long for a wrong
     * secret as for the right one; that there is a token of some id is no secret.
     */
    public boolean admits(String presented) {
        return isOf(presented) && this.revoked.isEmpty();
    }

    /** Whether this is its secret, also when that lets nobody in any more. */
    public boolean isOf(String presented) {
        return MessageDigest.isEqual(TokenSecret.hash(presented), HexFormat.of().parseHex(this.hash));
    }

    /** Whether it may be used for what needs a role, on one group. */
    public boolean permits(Role needed, String group) {
        return this.role.includes(needed) && this.groups.matches(group);
    }

    /**
     * Whether it may be used for what needs a role and is about no group: all must be
     * its.
     */
    public boolean permits(Role needed) {
        return this.role.includes(needed) && this.groups.isAll();
    }

}
