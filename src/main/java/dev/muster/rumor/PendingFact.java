package dev.muster.rumor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A fact on its way to the disk, and who waits for it to arrive there. */
final class PendingFact {

    final Fact fact;

    /** Who said it here; it is broadcast then. */
    final List<Replica.Submission> submissions = new ArrayList<>(1);

    /** Who only wants to know. */
    final List<Replica.Submission> onlookers = new ArrayList<>(0);

    /** Members that are to be told. */
    final Set<MemberId> receiptsTo = new HashSet<>(1);

    /** Whether it is to be passed on. */
    boolean relay;

    PendingFact(Fact fact) {
        this.fact = fact;
    }

}
