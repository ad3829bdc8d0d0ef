package dev.muster.gateway;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.RevisionStatus;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.pack.PackageIdent;
import org.jspecify.annotations.Nullable;

/**
 * What the members have made of a revision.
 *
 * @param encrypted null for a configuration that everybody may see
 * @param release of its package that members run; null where it says nothing of one
 * @param state as {@link RevisionStatus#state()}
 * @param current whether it holds
 * @param holds the one that holds instead; null where this one does
 * @param rolledBack what Muster made to take it back; null where it did not
 * @param rollout how it is taken; null for one that does not hold
 * @param lost revisions of the group over which another one has won, the newest first
 */
record RevisionAnswer(String id, String group, long number, String hash, String author, Instant time,
        @Nullable String message, @Nullable EncryptedBy encrypted, @Nullable String release, String state,
        boolean current, boolean received, @Nullable Line holds, @Nullable Back rolledBack,
        @Nullable RolloutLine rollout, List<MemberLine> members, List<Line> lost) {

    static RevisionAnswer of(RevisionStatus status, ServiceGroupRegistry registry) {
        Revision revision = status.revision();
        GroupSnapshot group = registry.group(revision.group())
            .orElseThrow(() -> new IllegalStateException("A group that has a revision is known: " + revision.group()));
        Line holds = group.current().filter((current) -> !current.equals(revision)).map(Line::of).orElse(null);
        RolloutLine rollout = registry.rollout(revision.group())
            .filter((known) -> known.revision().equals(revision))
            .map(RolloutLine::of)
            .orElse(null);
        List<Line> lost = group.revisions()
            .stream()
            .filter((kept) -> group.lost().contains(kept.hash()))
            .sorted(Comparator.reverseOrder())
            .map(Line::of)
            .toList();
        return new RevisionAnswer(revision.id(), revision.group().toString(), revision.number(), revision.hash().hex(),
                revision.author(), revision.time(), revision.message().orElse(null),
                EncryptedBy.of(revision.envelope()), revision.release().map(PackageIdent::toString).orElse(null),
                status.state(), status.current(), status.received(), holds, Back.of(status), rollout,
                status.members().stream().map(MemberLine::of).toList(), lost);
    }

    /**
     * The revision that took it back.
     *
     * @param to id of the one whose content it has; null for an empty layer
     */
    record Back(String id, long number, Instant time, @Nullable String to) {

        static @Nullable Back of(RevisionStatus status) {
            String to = status.revision()
                .previous()
                .map((base) -> base.number() + "-" + base.hash().shortHex())
                .orElse(null);
            return status.takenBackBy().map((back) -> new Back(back.id(), back.number(), back.time(), to)).orElse(null);
        }

    }

    /** Another revision, in short. */
    record Line(String id, long number, String author, Instant time, @Nullable String message) {

        static Line of(Revision revision) {
            return new Line(revision.id(), revision.number(), revision.author(), revision.time(),
                    revision.message().orElse(null));
        }

    }

    /**
     * How far one member is.
     *
     * @param state one of the states on the wire, as {@code received}
     * @param pid null when nothing runs
     * @param since when the process came into its state
     * @param control where its control gateway is reached; null where nobody else does
     */
    record MemberLine(String id, String name, String state, boolean received, @Nullable String reason,
            @Nullable Long pid, @Nullable Instant since, @Nullable String control) {

        static MemberLine of(RevisionStatus.Progress progress) {
            return new MemberLine(progress.id().hex(), progress.name(), progress.rung().wireName(), progress.received(),
                    progress.reason(), (progress.pid() > 0) ? progress.pid() : null, progress.since(),
                    progress.control());
        }

    }

}
