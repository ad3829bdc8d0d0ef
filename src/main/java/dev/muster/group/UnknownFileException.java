package dev.muster.group;

import dev.muster.content.FileName;

/** A group has no file of that name, and never had one. */
public final class UnknownFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownFileException(GroupName group, FileName name) {
        super("The group " + group + " has no file " + name + "; muster file list " + group + " shows those it has");
    }

}
