package dev.muster.group;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

import dev.muster.election.ElectionFacts;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;
import dev.muster.rumor.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the facts that are held here, and who is there, make of each group. Lives on the
 * node's loop, but for the snapshots, which anybody may read.
 */
final class GroupStates {

    private static final Logger log = LoggerFactory.getLogger(GroupStates.class);

    private final Map<GroupName, GroupState> groups = new HashMap<>();

    private final Set<MemberId> departed = new HashSet<>();

    private final ConcurrentSkipListMap<GroupName, GroupSnapshot> snapshots = new ConcurrentSkipListMap<>();

    private final Listener listener;

    private final Missed missed;

    private RingView view = new RingView(Map.of());

    /** Whether all is here that this member knew before. */
    private boolean begun;

    GroupStates(Loop loop, Listener listener) {
        this.listener = listener;
        this.missed = new Missed(loop, this::confirmed);
    }

    /** As they are now; any thread. */
    ConcurrentSkipListMap<GroupName, GroupSnapshot> snapshots() {
        return this.snapshots;
    }

    /**
     * The group is told anew.
     * @return whether it is known
     */
    boolean touch(GroupName group) {
        find(group).ifPresent(this::publish);
        return this.groups.containsKey(group);
    }

    private Optional<GroupState> find(GroupName group) {
        return Optional.ofNullable(this.groups.get(group));
    }

    /** A fact has been merged; {@code newest} where it is the current one of its key. */
    void merged(Fact fact, boolean newest) {
        switch (fact.key().kind()) {
            case FactKey.DEPARTURE -> departed(DepartureFacts.member(fact));
            case GroupFacts.CONFIG -> revision(fact, newest);
            case GroupFacts.ROSTER -> change(fact, (group) -> {
                group.roster(new MemberId(fact.key().detail()), GroupFacts.roster(fact));
                this.listener.met(fact);
            });
            case GroupFacts.STATE -> change(fact, (group) -> {
                group.state(new MemberId(fact.key().detail()), GroupFacts.state(fact), incarnation(fact.version()));
                this.listener.met(fact);
            });
            case RolloutFacts.CONTROL -> change(fact, (group) -> group.control(RolloutFacts.control(fact)));
            case RolloutFacts.COMPLETE -> change(fact, (group) -> group.complete(RolloutFacts.completion(fact)));
            case RolloutFacts.POLICY -> change(fact, (group) -> group.policy(RolloutFacts.policy(fact)));
            case ElectionFacts.ELECTION -> change(fact, (group) -> group.leads(ElectionFacts.leads(fact)));
            case ElectionFacts.VOTERS -> change(fact, (group) -> group.voters(ElectionFacts.voters(fact)));
            default -> log.debug("A fact of an unknown kind is kept: fact={}", fact);
        }
    }

    private void change(Fact fact, Consumer<GroupState> what) {
        GroupState group = known(fact);
        what.accept(group);
        publish(group);
    }

    private void revision(Fact fact, boolean newest) {
        GroupState group = known(fact);
        Revision revision = GroupFacts.revision(fact);
        boolean mended = group.history.holds(revision);
        group.history.add(revision);
        publish(group);
        if (mended) {
            log.info("Revision can be read again: group={} revision={}", group.name, revision.id());
            this.listener.mended(group.name);
        }
        else if (newest) {
            log.info("Revision holds: group={} revision={} author={} bytes={} files={}", group.name, revision.id(),
                    revision.author(), revision.size(), revision.files().all().size());
        }
    }

    /** What others said of it is not held any longer, and not shown. */
    private void departed(MemberId member) {
        if (!this.departed.add(member)) {
            return;
        }
        for (GroupState group : List.copyOf(this.groups.values())) {
            group.forget(member);
            if (group.isEmpty()) {
                this.groups.remove(group.name);
                this.snapshots.remove(group.name);
            }
            else {
                publish(group);
            }
        }
    }

    private GroupState known(Fact fact) {
        return this.groups.computeIfAbsent(GroupName.parse(fact.key().subject()),
                (name) -> new GroupState(name, this.departed));
    }

    /** A fact is not kept any longer. */
    void dropped(FactKey key, Hash fact) {
        if (key.kind().equals(GroupFacts.CONFIG)) {
            find(GroupName.parse(key.subject())).ifPresent((group) -> group.history.remove(fact));
        }
    }

    /** Others are there than before. */
    void ringChanged(RingView now) {
        Map<MemberId, RingView.Peer> before = this.view.members();
        this.view = now;
        before.keySet().stream().filter((member) -> !now.has(member)).forEach(this.missed::gone);
        now.members().keySet().forEach(this.missed::back);
        for (GroupState group : List.copyOf(this.groups.values())) {
            boolean touched = before.keySet().stream().anyMatch((member) -> !now.has(member) && group.hasMember(member))
                    || now.members()
                        .values()
                        .stream()
                        .anyMatch((peer) -> !peer.equals(before.get(peer.id())) && group.hasMember(peer.id()));
            if (touched) {
                publish(group);
            }
        }
    }

    /** A member that went without a word has not come back. */
    private void confirmed(MemberId member) {
        this.groups.values().stream().filter((group) -> group.hasMember(member)).toList().forEach(this::publish);
    }

    /**
     * All that the log held has been merged. Groups are told of from now on: what follows
     * from the half of a group is nothing that anybody should act on.
     */
    void begin() {
        this.begun = true;
        List.copyOf(this.groups.values()).forEach(this::publish);
    }

    private void publish(GroupState group) {
        if (!this.begun) {
            return;
        }
        GroupSnapshot snapshot = group.snapshot(this.view, this.missed::has);
        this.snapshots.put(group.name, snapshot);
        this.listener.changed(snapshot);
    }

    /** On the loop. */
    interface Listener {

        /** A group is not as it was. */
        void changed(GroupSnapshot group);

        /** A revision that could not be read can be. */
        void mended(GroupName group);

        /** What a member says of itself, this one perhaps. */
        void met(Fact own);

    }

    /** One number that grows as the order of a member's words does. */
    private static long incarnation(Version version) {
        return (version.major() << 32) + version.minor();
    }

}
