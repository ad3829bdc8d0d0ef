package dev.muster.service;

import java.util.Optional;

/** The users of this machine. Look-ups may ask a directory service and so may wait. */
public interface Accounts {

    /** As whom this node runs. */
    Account self();

    /**
     * @param group the group to run with; the user's own one if empty
     * @return empty if there is no such user or group
     */
    Optional<Account> find(String user, Optional<String> group);

}
