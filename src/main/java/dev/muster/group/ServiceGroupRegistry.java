package dev.muster.group;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.muster.content.Supply;
import dev.muster.election.ElectionFacts;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import dev.muster.rumor.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service groups of the ring as one node knows them: applies the rumors about them
 * that are merged here, decides at the door what becomes of an apply, and tells who has
 * come how far.
 *
 * <p>
 * Changes are made on the node's loop; the public methods may be called on any thread and
 * answer later, or at once from what was published last.
 */
public final class ServiceGroupRegistry implements FactListener {

    private static final Logger log = LoggerFactory.getLogger(ServiceGroupRegistry.class);

    private final Replica replica;

    private final FactLog factLog;

    private final Loop loop;

    private final OwnFacts own;

    private final Applies applies;

    private final Map<GroupName, GroupState> groups = new HashMap<>();

    private final Set<MemberId> departed = new HashSet<>();

    private final ConcurrentSkipListMap<GroupName, GroupSnapshot> snapshots = new ConcurrentSkipListMap<>();

    private final List<GroupListener> listeners = new ArrayList<>();

    private final Watches watches;

    private final Turns turns;

    private final Rollouts rollouts;

    private final Changes changes;

    private volatile ContentSupply supply = ContentSupply.ALL_HERE;

    private volatile Legibility legibility = Legibility.EVERYTHING;

    private volatile ReleaseSupply releases = ReleaseSupply.ALL_HERE;

    private final MemberId self;

    private final Missed missed;

    private RingView view = new RingView(Map.of());

    /**
     * @param name of this member
     * @param signer signs what this member says of itself
     */
    public ServiceGroupRegistry(MemberId self, String name, Signer signer, Replica replica, FactLog factLog,
            Loop loop) {
        this.self = self;
        this.replica = replica;
        this.factLog = factLog;
        this.loop = loop;
        this.own = new OwnFacts(self, name, signer, replica, loop);
        this.missed = new Missed(loop, this::confirmed);
        this.applies = new Applies(self, replica, loop);
        this.watches = new Watches(self, loop, this.snapshots, this.applies);
        this.turns = new Turns(self, loop, this.snapshots, (files) -> this.supply.of(files),
                (envelope) -> this.legibility.missing(envelope), (group, release) -> this.releases.of(group, release),
                (group) -> this.listeners.forEach((listener) -> listener.allowedChanged(group)));
        this.rollouts = new Rollouts(self, replica, loop, this.snapshots);
        this.changes = new Changes(replica, loop, this.applies, this.snapshots);
        replica.listen(this);
    }

    /** Before the loop runs only. */
    public void listen(GroupListener listener) {
        this.listeners.add(listener);
    }

    /** Where the contents of files come from. Before the loop runs only. */
    public void supply(ContentSupply contents) {
        this.supply = contents;
    }

    /** Which keys this member has. Before the loop runs only. */
    public void legibility(Legibility keys) {
        this.legibility = keys;
    }

    /** Which releases of packages this member has. Before the loop runs only. */
    public void releases(ReleaseSupply installed) {
        this.releases = installed;
    }

    /** How this member is supplied with a release that a group is to run. Any thread. */
    public Supply releaseSupply(GroupName group, PackageIdent release) {
        return this.releases.of(group, release);
    }

    /** This member has other keys than before. Any thread. */
    public void keysChanged() {
        this.loop.execute(() -> this.groups.values()
            .stream()
            .filter((group) -> group.name.organization() != null && group.hasMember(this.self))
            .map((group) -> group.name)
            .toList()
            .forEach(this::supplyChanged));
    }

    /** What is encrypted in the current revision and this member has no key to. */
    private void tellMissingKeys(GroupSnapshot group) {
        if (group.name().organization() == null) {
            return;
        }
        Optional<MemberState.Lack> lack = group.current()
            .filter((current) -> group.members().containsKey(this.self))
            .flatMap((current) -> this.legibility.missing(current.envelope(), current.files())
                .map((text) -> new MemberState.Lack(current.id(), text)));
        this.own.lacks(group.name(), OwnFacts.Need.KEYS, lack);
    }

    /**
     * This member is supplied otherwise with contents of a group's files. On the loop.
     */
    void supplyChanged(GroupName group) {
        state(group).ifPresent((known) -> {
            publish(known);
            this.listeners.forEach((listener) -> listener.allowedChanged(group));
        });
    }

    /**
     * What this member waits for before it can take a revision; empty for nothing any
     * longer. On the loop.
     */
    void lacks(GroupName group, Optional<MemberState.Lack> lack) {
        this.own.lacks(group, OwnFacts.Need.FILES, lack);
    }

    /** What this member's source has for its service of a group. On the loop. */
    void offers(GroupName group, Optional<String> release) {
        this.own.offers(group, release.orElse(null));
    }

    /**
     * The release that this member waits for before it can take a revision; empty for
     * none any longer. On the loop.
     */
    void lacksRelease(GroupName group, Optional<MemberState.Lack> lack) {
        this.own.lacks(group, OwnFacts.Need.RELEASE, lack);
    }

    /**
     * The greatest incarnation that this member's own facts tell of; 0 where there are
     * none. Once they are loaded.
     */
    public long formerIncarnation() {
        return this.own.incarnation();
    }

    /**
     * This member may speak of itself. Before the loop runs only.
     * @param incarnation above every former one, and on disk by now
     */
    public void begin(long incarnation) {
        this.own.begin(incarnation);
    }

    /** The group as it is now; empty when nobody has ever said anything of it. */
    public Optional<GroupSnapshot> group(GroupName name) {
        return Optional.ofNullable(this.snapshots.get(name));
    }

    /** All groups as they are now. */
    public SortedMap<GroupName, GroupSnapshot> groups() {
        return Collections.unmodifiableSortedMap(this.snapshots);
    }

    /**
     * Lets an apply through the door, or not.
     * @return completes once it is durable here and one other member has answered, or
     * none has for two seconds; fails with {@link RefusedException} when nothing was
     * changed
     */
    public CompletableFuture<Applied> apply(ApplyRequest request) {
        CompletableFuture<Applied> answer = new CompletableFuture<>();
        this.loop.execute(() -> this.changes.apply(request, answer));
        return answer;
    }

    /** How a change would be taken that came now. */
    public Plan plan(GroupName name, RolloutOptions asked) {
        return group(name).map((known) -> known.plan(asked))
            .orElseGet(() -> Plan.freeze(asked.over(RolloutOptions.NONE), List.of()));
    }

    /**
     * How the rollout of the group's current revision stands; empty where there is none.
     */
    public Optional<RolloutStatus> rollout(GroupName name) {
        return group(name).flatMap(RolloutStatus::of);
    }

    /**
     * Does something to the rollout of the group's current revision.
     * @param author who does
     * @return completes once that is durable here; fails with {@link RefusedException}
     * when nothing was changed
     */
    public CompletableFuture<RolloutStatus> steer(GroupName name, RolloutAction action, String author) {
        CompletableFuture<RolloutStatus> answer = new CompletableFuture<>();
        this.loop.execute(() -> this.rollouts.steer(name, action, author, answer));
        return answer;
    }

    /**
     * How changes of a group are taken from now on where their authors do not say.
     * @return completes once that is durable here; fails with {@link RefusedException}
     * when it could not be written
     */
    public CompletableFuture<RolloutOptions> policy(GroupName name, RolloutOptions options, String author) {
        CompletableFuture<RolloutOptions> answer = new CompletableFuture<>();
        this.loop.execute(() -> this.rollouts.policy(name, options, author, answer));
        return answer;
    }

    /**
     * What a service of this member may run with now, if anything was applied to its
     * group. Any thread.
     */
    public Optional<Allowed> allowed(GroupName name) {
        return this.turns.allowed(name);
    }

    /**
     * What the service of a group took in an earlier life of this member.
     * @param revision its id, if it took one
     * @param runs whether its process does
     */
    public void resumed(GroupName name, Optional<String> revision, boolean runs) {
        this.turns.resumed(name, revision, runs);
    }

    /**
     * What would become of an apply now, without anything becoming of it; fails with
     * {@link RefusedException} where it would.
     */
    public CompletableFuture<Prospect> foresee(ApplyRequest request) {
        CompletableFuture<Prospect> answer = new CompletableFuture<>();
        this.loop.execute(() -> this.changes.foresee(request, answer));
        return answer;
    }

    private Optional<GroupState> state(GroupName group) {
        return Optional.ofNullable(this.groups.get(group));
    }

    /**
     * Reads the applied layer of a revision. Any thread but the loop, for it may wait for
     * the disk.
     * @throws IOException when it is no longer kept, or damaged
     */
    public byte[] content(Revision revision) throws IOException {
        return GroupFacts.content(this.factLog.read(revision.hash())).layer();
    }

    /**
     * Reads the layer that a service may run with. Any thread but the loop.
     * @throws IOException when it is no longer kept, or damaged
     */
    public byte[] content(Allowed allowed) throws IOException {
        return GroupFacts.content(this.factLog.read(allowed.fact())).layer();
    }

    /**
     * What every member has made of a revision.
     * @param until what to wait for
     * @param patience how long at most; then comes what is known by then
     * @return empty when no such revision is kept
     */
    public CompletableFuture<Optional<RevisionStatus>> status(GroupName group, String revision, Until until,
            Duration patience) {
        CompletableFuture<Optional<RevisionStatus>> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            Optional<Revision> found = group(group).flatMap((snapshot) -> snapshot.find(revision));
            if (found.isEmpty()) {
                answer.complete(Optional.empty());
                return;
            }
            this.watches.add(found.get(), until, patience, answer);
        });
        return answer;
    }

    /**
     * Tells, from now on, every step that a member takes with a revision.
     * @param until what to wait for; then comes the result
     * @param patience how long at most, then comes what is known by then; empty for ever
     * @param after id of the last step that was heard before; null for none
     * @return what ends it before its time, on any thread; empty when no such revision is
     * kept
     */
    public CompletableFuture<Optional<Runnable>> follow(GroupName group, String revision, Until until,
            Optional<Duration> patience, @Nullable String after, StepListener listener) {
        CompletableFuture<Optional<Runnable>> answer = new CompletableFuture<>();
        this.loop.execute(() -> answer.complete(group(group).flatMap((snapshot) -> snapshot.find(revision))
            .map((found) -> this.watches.follow(found, until, patience, after, listener))
            .map((end) -> (Runnable) () -> this.loop.execute(end))));
        return answer;
    }

    /**
     * This member belongs to a group from now on, also while it is away.
     * @return completes once that is on disk
     */
    public CompletableFuture<Void> join(GroupName group, String ident) {
        return submit((submission) -> this.own.join(group, ident, submission));
    }

    /** This member no longer belongs to a group; completes once that is on disk. */
    public CompletableFuture<Void> leave(GroupName group) {
        return submit((submission) -> {
            this.turns.left(group);
            this.own.leave(group, submission);
        });
    }

    /**
     * Leaves every group that an earlier life of this member belonged to and this one has
     * not joined.
     */
    public CompletableFuture<Void> leaveFormerGroups() {
        CompletableFuture<Void> all = new CompletableFuture<>();
        this.loop.execute(() -> {
            Set<GroupName> former = this.own.formerGroups();
            former.forEach((group) -> log.info("Group left, its service is no longer loaded: group={}", group));
            CompletableFuture.allOf(former.stream().map(this::leave).toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        all.completeExceptionally(failure);
                    }
                    else {
                        all.complete(null);
                    }
                });
        });
        return all;
    }

    private CompletableFuture<Void> submit(java.util.function.Consumer<Replica.Submission> what) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        this.loop.execute(() -> what.accept(new Replica.Submission() {

            @Override
            public void held() {
                answer.complete(null);
            }

            @Override
            public void failed(IOException why) {
                answer.completeExceptionally(why);
            }

        }));
        return answer;
    }

    /**
     * Completes once everything that was posted before has been done, and what this
     * member's services have come to has been said.
     */
    public CompletableFuture<Void> settled() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        this.loop.execute(() -> {
            this.own.sayAll();
            done.complete(null);
        });
        return done;
    }

    /**
     * What this member's service has come to; told to others when it differs from what
     * was told last.
     */
    public void report(GroupName group, MemberState state) {
        this.loop.execute(() -> {
            this.own.report(group, state);
            this.turns.took(group, state);
        });
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        switch (fact.key().kind()) {
            case FactKey.DEPARTURE -> departed(DepartureFacts.member(fact));
            case GroupFacts.CONFIG -> revision(fact, newest);
            case GroupFacts.ROSTER -> {
                GroupState group = known(fact);
                group.roster(new MemberId(fact.key().detail()), GroupFacts.roster(fact));
                this.own.met(fact);
                publish(group);
            }
            case GroupFacts.STATE -> {
                GroupState group = known(fact);
                group.state(new MemberId(fact.key().detail()), GroupFacts.state(fact));
                this.own.met(fact);
                publish(group);
            }
            case RolloutFacts.CONTROL -> {
                GroupState group = known(fact);
                group.control(RolloutFacts.control(fact));
                publish(group);
            }
            case RolloutFacts.COMPLETE -> {
                GroupState group = known(fact);
                group.complete(RolloutFacts.completion(fact));
                publish(group);
            }
            case RolloutFacts.POLICY -> {
                GroupState group = known(fact);
                group.policy(RolloutFacts.policy(fact));
                publish(group);
            }
            case ElectionFacts.ELECTION -> {
                GroupState group = known(fact);
                group.leads(ElectionFacts.leads(fact));
                publish(group);
            }
            case ElectionFacts.VOTERS -> {
                GroupState group = known(fact);
                group.voters(ElectionFacts.voters(fact));
                publish(group);
            }
            default -> log.debug("A fact of an unknown kind is kept: fact={}", fact);
        }
    }

    private void revision(Fact fact, boolean newest) {
        GroupState group = known(fact);
        Revision revision = GroupFacts.revision(fact);
        boolean mended = group.history.holds(revision);
        group.history.add(revision);
        publish(group);
        if (mended) {
            log.info("Revision can be read again: group={} revision={}", group.name, revision.id());
            this.listeners.forEach((listener) -> listener.allowedChanged(group.name));
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

    @Override
    public void dropped(FactKey key, Hash fact) {
        if (key.kind().equals(GroupFacts.CONFIG)) {
            state(GroupName.parse(key.subject())).ifPresent((group) -> group.history.remove(fact));
        }
    }

    @Override
    public void ringChanged(RingView now) {
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

    @Override
    public void receipt(MemberId from, Hash fact, Version current) {
        if (this.applies.receipt(from, fact, current)) {
            this.watches.received(fact);
        }
    }

    @Override
    public void logFailed(IOException why) {
        log.error("Facts could not be written, others will be asked for them again: reason={}", why.getMessage());
    }

    private void publish(GroupState group) {
        GroupSnapshot snapshot = group.snapshot(this.view, this.missed::has);
        this.snapshots.put(group.name, snapshot);
        this.turns.look(snapshot);
        tellMissingKeys(snapshot);
        this.rollouts.look(snapshot);
        this.watches.changed(group.name);
        this.listeners.forEach((listener) -> listener.changed(snapshot));
    }

}
