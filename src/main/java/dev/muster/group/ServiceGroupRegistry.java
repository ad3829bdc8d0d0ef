package dev.muster.group;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.muster.content.Supply;
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

    private final GroupStates groups;

    private final List<GroupListener> listeners = new ArrayList<>();

    private final Watches watches;

    private final Turns turns;

    private final Rollouts rollouts;

    private final Changes changes;

    private volatile ContentSupply supply = ContentSupply.ALL_HERE;

    private volatile Legibility legibility = Legibility.EVERYTHING;

    private volatile ReleaseSupply releases = ReleaseSupply.ALL_HERE;

    private final MemberId self;

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
        this.groups = new GroupStates(loop, new Readers());
        this.applies = new Applies(self, replica, loop);
        this.watches = new Watches(self, loop, this.groups.snapshots(), this.applies);
        this.turns = new Turns(self, loop, this.groups.snapshots(), (files) -> this.supply.of(files),
                (envelope) -> this.legibility.missing(envelope), (group, release) -> this.releases.of(group, release),
                (group) -> this.listeners.forEach((listener) -> listener.allowedChanged(group)));
        this.rollouts = new Rollouts(self, replica, loop, this.groups.snapshots(), this::said);
        this.changes = new Changes(replica, loop, this.applies, this.groups.snapshots());
        replica.listen(this);
    }

    /** Before the loop runs only. */
    public void listen(GroupListener listener) {
        this.listeners.add(listener);
    }

    /** This member has said one that nobody has asked for. On the loop. */
    void said(Revision revision) {
        this.listeners.forEach((listener) -> listener.said(revision));
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
        this.loop.execute(() -> this.groups.snapshots()
            .values()
            .stream()
            .filter((group) -> group.name().organization() != null && group.members().containsKey(this.self))
            .forEach((group) -> supplyChanged(group.name())));
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
        if (this.groups.touch(group)) {
            this.listeners.forEach((listener) -> listener.allowedChanged(group));
        }
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
     * All that the log held is here: groups are told of, and this member may speak of
     * itself. Before the loop runs only.
     * @param incarnation above every former one, and on disk by now
     */
    public void begin(long incarnation) {
        this.own.begin(incarnation);
        this.groups.begin();
    }

    /** The group as it is now; empty when nobody has ever said anything of it. */
    public Optional<GroupSnapshot> group(GroupName name) {
        return Optional.ofNullable(this.groups.snapshots().get(name));
    }

    /** All groups as they are now. */
    public SortedMap<GroupName, GroupSnapshot> groups() {
        return Collections.unmodifiableSortedMap(this.groups.snapshots());
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

    private CompletableFuture<Void> submit(Consumer<Replica.Submission> what) {
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
    public void receipt(MemberId from, Hash fact, Version current) {
        if (this.applies.receipt(from, fact, current)) {
            this.watches.received(fact);
        }
    }

    @Override
    public void logFailed(IOException why) {
        log.error("Facts could not be written, others will be asked for them again: reason={}", why.getMessage());
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        this.groups.merged(fact, newest);
    }

    @Override
    public void dropped(FactKey key, Hash fact) {
        this.groups.dropped(key, fact);
    }

    @Override
    public void ringChanged(RingView now) {
        this.groups.ringChanged(now);
    }

    /** What is made of a group that is not as it was. */
    private final class Readers implements GroupStates.Listener {

        @Override
        public void changed(GroupSnapshot group) {
            ServiceGroupRegistry.this.turns.look(group);
            tellMissingKeys(group);
            ServiceGroupRegistry.this.rollouts.look(group);
            ServiceGroupRegistry.this.watches.changed(group.name());
            ServiceGroupRegistry.this.listeners.forEach((listener) -> listener.changed(group));
        }

        @Override
        public void mended(GroupName group) {
            ServiceGroupRegistry.this.listeners.forEach((listener) -> listener.allowedChanged(group));
        }

        @Override
        public void met(Fact own) {
            ServiceGroupRegistry.this.own.met(own);
        }

    }

}
