package dev.muster.key;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What somebody with a token may do; each may also do what those before it may. */
public enum Role {

    /** Read status, history, logs and what is not secret of a configuration. */
    VIEW,

    /**
     * Change configuration and files of a group, take changes back, steer how they are
     * taken.
     */
    APPLY,

    /**
     * Load, start, stop and unload services, set policies, install packages, stop and
     * restart nodes.
     */
    OPERATE,

    /** Make and revoke tokens, rotate keys, read the audit log, remove members. */
    ADMIN;

    /** Whether somebody with this role may do what {@code needed} is needed for. */
    public boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of them, as people write them, the least first. */
    public static List<String> words() {
        return Stream.of(values()).map(Role::word).toList();
    }

    /** What {@link #word} gives. */
    public static Optional<Role> of(String word) {
        return Stream.of(values()).filter((role) -> role.word().equals(word)).findFirst();
    }

}
