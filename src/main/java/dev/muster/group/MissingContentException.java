package dev.muster.group;

import dev.muster.content.FileName;
import dev.muster.rumor.Hash;

/** A change names a content that neither this member nor another present one has. */
public final class MissingContentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingContentException(GroupName group, FileName file, Hash content) {
        super("The content of file " + file + " of " + group + ", " + content.hex()
                + ", is on no member that is present; nothing was changed: upload it again, or wait until a member"
                + " that has it is back");
    }

}
