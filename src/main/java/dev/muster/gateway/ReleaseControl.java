package dev.muster.gateway;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.GroupName;
import dev.muster.pack.PackageIdent;

/** Tells who of a group can have a release. */
public interface ReleaseControl {

    /**
     * Asks the members of a group that are present; never fails, and ends within seconds.
     */
    CompletableFuture<Survey> ask(GroupName group, PackageIdent release);

    /**
     * What they said.
     *
     * @param asked how many were
     * @param obstacles of those that have not got the release and could not get it now,
     * each with the member's name
     */
    record Survey(int asked, List<String> obstacles) {

        public Survey {
            obstacles = List.copyOf(obstacles);
        }

        /** Whether nobody could run it. */
        boolean gone() {
            return this.asked > 0 && this.obstacles.size() == this.asked;
        }

    }

}
