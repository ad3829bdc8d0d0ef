package dev.muster.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.muster.group.NextRelease;
import dev.muster.pack.PackageIdent;
import dev.muster.service.UpdateStrategy;
import dev.muster.update.Poll;
import dev.muster.update.UpdateStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a service stands to new releases of its package.
 *
 * @param source a directory or an address; null where none is named
 * @param asked when that was asked last; null where it never was
 * @param problem why it gave nothing then; null where it did
 * @param offered the newest release that its channel had for the service
 * @param next what the service, or its group, is on its way to; null for nothing
 * @param note what is being done, or why nothing is; null for nothing to say
 * @param refused releases that the service took by itself and did not keep
 */
record UpdateLine(String strategy, String condition, @Nullable String source, String channel, @Nullable Instant asked,
        @Nullable String problem, @Nullable String offered, @Nullable String next, @Nullable String note,
        List<Refused> refused) {

    /**
     * @param group what follows for the group; empty where this node's service does not
     * move with it
     */
    static UpdateLine of(UpdateStatus status, Optional<NextRelease> group) {
        Optional<NextRelease> moves = group.filter((next) -> status.strategy() == UpdateStrategy.ROLLING);
        String note = status.note().isEmpty() ? moves.map(NextRelease::note).orElse("") : status.note();
        return new UpdateLine(status.strategy().wireName(), status.condition().wireName(), status.source().orElse(null),
                status.channel(), status.last().map(Poll::at).orElse(null),
                status.last().filter(Poll::failed).map(Poll::problem).orElse(null), text(status.offered()),
                text(status.next().or(() -> moves.flatMap(NextRelease::release))), note.isEmpty() ? null : note,
                status.refused()
                    .entrySet()
                    .stream()
                    .map((refused) -> new Refused(refused.getKey().toString(), refused.getValue()))
                    .toList());
    }

    private static @Nullable String text(Optional<PackageIdent> release) {
        return release.map(PackageIdent::toString).orElse(null);
    }

    /** A release that was not kept, and why. */
    record Refused(String release, String reason) {
    }

}
