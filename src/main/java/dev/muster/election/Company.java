package dev.muster.election;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

import dev.muster.rumor.MemberId;

/**
 * Who else is there. Nothing depends on members agreeing on it.
 *
 * @param present members that run the group's service in this topology and are seen now,
 * this one included if it does
 * @param withdrawn members that ran it and have said that they no longer do
 * @param lonely whether this member was given peers and sees nobody
 */
public record Company(Set<MemberId> present, Set<MemberId> withdrawn, boolean lonely) {

    /** Nobody is known. */
    public static final Company NONE = new Company(Set.of(), Set.of(), true);

    public Company {
        // In order, so that what is done for each of them is done in one order
        // everywhere.
        present = Collections.unmodifiableSet(new TreeSet<>(present));
        withdrawn = Collections.unmodifiableSet(new TreeSet<>(withdrawn));
    }

}
