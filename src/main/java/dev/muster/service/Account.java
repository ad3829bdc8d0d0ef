package dev.muster.service;

import java.nio.file.Path;

/**
 * A user of this machine, with the group its processes get.
 *
 * @param uid numeric id, 0 for root
 * @param gid numeric id of {@code group}
 */
public record Account(String user, String group, long uid, long gid, Path home) {

    public boolean root() {
        return this.uid == 0;
    }

}
