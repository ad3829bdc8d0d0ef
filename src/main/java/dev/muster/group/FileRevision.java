package dev.muster.group;

import java.util.Optional;

import dev.muster.content.FileName;

/**
 * One accepted change of one file of a group.
 *
 * @param revision number, author, time, base and message, as of every revision
 * @param content empty when the file was removed
 */
public record FileRevision(FileName name, Revision revision, Optional<FileContent> content) {

    public GroupName group() {
        return this.revision.group();
    }

    /** What people see and type: the number and eight digits of the hash. */
    public String id() {
        return this.revision.id();
    }

}
