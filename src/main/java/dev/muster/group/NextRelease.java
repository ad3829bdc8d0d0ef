package dev.muster.group;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;

/**
 * Which release a group is to move to, as one member sees it: what follows from the facts
 * about the group and from what the member's source offers, and from nothing else.
 *
 * @param release where the group is to move now; empty where it stays
 * @param running what it runs now; empty where nobody knows
 * @param note why it stays, for people; empty where there is nothing to say
 */
public record NextRelease(Optional<PackageIdent> release, Optional<PackageIdent> running, String note) {

    private static NextRelease stay(Optional<PackageIdent> running, String note) {
        return new NextRelease(Optional.empty(), running, note);
    }

    /** Decides. */
    public static NextRelease of(GroupSnapshot group, ReleaseOffer offer) {
        Optional<PackageIdent> running = running(group);
        PackageIdent offered = offer.release();
        if (running.isEmpty()) {
            return stay(running, "no member of the group has told yet what it runs");
        }
        PackageIdent now = running.get();
        if (offered.equals(now)) {
            return stay(running, "");
        }
        if (!offered.origin().equals(now.origin()) || !offered.name().equals(now.name())) {
            return stay(running, "the group runs " + now + ", which is another package");
        }
        boolean back = PackageIdent.OLDEST_FIRST.compare(offered, now) < 0;
        if (back && !offer.follows()) {
            return stay(running, "the channel's newest, " + offered + ", is older than what runs");
        }
        Optional<Revision> left = left(group, offered);
        if (left.filter((by) -> !by.update() && by.number() > offer.forgiven()).isPresent()) {
            return stay(running, offered + " was taken back with revision " + left.get().id()
                    + "; a newer one is taken, this one again after svc update or config rollback");
        }
        Optional<String> hold = unready(group);
        if (hold.isPresent()) {
            return stay(running, hold.get());
        }
        if ((back || left.isPresent()) && !isOfferedToMost(group, offered)) {
            return stay(running, "fewer than half of the members are offered " + offered);
        }
        return new NextRelease(Optional.of(offered), running, "");
    }

    /**
     * What the current revision says; before Muster has moved the group what most of its
     * present members run.
     */
    static Optional<PackageIdent> running(GroupSnapshot group) {
        return group.current().flatMap(group::release).or(() -> {
            Map<PackageIdent, Long> counts = present(group).flatMap((state) -> release(state.ident()))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            return counts.entrySet()
                .stream()
                .max(Map.Entry.<PackageIdent, Long>comparingByValue()
                    .thenComparing((entry) -> entry.getKey().toString(), Comparator.reverseOrder()))
                .map(Map.Entry::getKey);
        });
    }

    private static Stream<MemberState> present(GroupSnapshot group) {
        return group.members()
            .values()
            .stream()
            .filter(GroupSnapshot.Member::present)
            .flatMap((member) -> member.state().stream());
    }

    private static Stream<PackageIdent> release(String ident) {
        try {
            return Stream.of(PackageIdent.parse(ident)).filter(PackageIdent::isRelease);
        }
        catch (InvalidIdentException ex) {
            return Stream.empty();
        }
    }

    /**
     * With which revision the group left a release that it was to run once; empty where
     * it never was, as far as is kept.
     */
    private static Optional<Revision> left(GroupSnapshot group, PackageIdent release) {
        List<Revision> chain = group.revisions()
            .stream()
            .filter((revision) -> !group.lost().contains(revision.hash()))
            .sorted()
            .toList();
        Optional<Revision> left = Optional.empty();
        boolean ran = false;
        for (Revision revision : chain) {
            boolean names = revision.release().filter(release::equals).isPresent();
            if (ran && !names) {
                left = Optional.of(revision);
            }
            else if (!ran && !names && revision.replaces().filter(release::equals).isPresent()) {
                left = Optional.of(revision);
            }
            ran = names;
        }
        return left;
    }

    /** What has to be over first. */
    private static Optional<String> unready(GroupSnapshot group) {
        Optional<Revision> live = group.current()
            .filter((current) -> current.plan().isPresent() && !group.isComplete(current));
        if (live.isPresent()) {
            return Optional.of(held(group, live.get()));
        }
        Optional<Revision.Base> missing = group.missing();
        if (missing.isPresent()) {
            // It may have been taken back, and nobody here would know from what.
            return Optional.of("waits for revision " + missing.get().id() + ", which has not come here yet");
        }
        Collection<GroupSnapshot.Member> members = group.members().values();
        long seen = members.stream().filter(GroupSnapshot.Member::present).count();
        return (2 * seen > members.size()) ? Optional.empty() : Optional
            .of("fewer than half of the members of the group are in sight: " + seen + " of " + members.size());
    }

    /**
     * What comes first, and what people have to do for it where it does not come by
     * itself.
     */
    private static String held(GroupSnapshot group, Revision live) {
        return switch (group.control().phase()) {
            case RUNNING -> "waits until revision " + live.id() + " is complete";
            case PAUSED -> "waits until revision " + live.id() + " is complete, which is paused: see 'muster rollout"
                    + " status " + group.name() + "'";
            case ABORTED -> "waits for another change of the group, since revision " + live.id()
                    + " was aborted: 'muster config rollback " + group.name() + "' takes it back";
        };
    }

    /** Of those whose sources are asked. */
    private static boolean isOfferedToMost(GroupSnapshot group, PackageIdent release) {
        List<String> offers = present(group).map(MemberState::offer).filter((offer) -> offer != null).toList();
        return 2 * offers.stream().filter(release.toString()::equals).count() > offers.size();
    }

}
