package dev.muster.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import dev.muster.election.ElectionCodec;
import dev.muster.election.ElectionFacts;
import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionTimings;
import dev.muster.election.Elector;
import dev.muster.election.GroupElection;
import dev.muster.election.VoteRecord;
import dev.muster.group.GroupListener;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.InquiryRefusedException;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.service.DesiredState;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Topology;
import dev.muster.store.VoteFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's part in the elections of all groups with topology leader: on a thread of
 * its own, so that nothing else that a node does can cost a lease.
 */
final class Elections implements GroupListener {

    private static final Logger log = LoggerFactory.getLogger(Elections.class);

    private static final ElectionTimings TIMINGS = ElectionTimings.DEFAULT;

    private final MemberId self;

    private final Fact.Signer signer;

    private final Replica replica;

    private final Loop nodeLoop;

    private final Loop loop;

    private final VoteFiles files;

    /** Writes records, one after the other. */
    private final Executor disk;

    private final RandomGenerator random;

    private final Mail mail;

    private final BooleanSupplier lonely;

    /** By group; owned by the loop. */
    private final Map<String, ElectionSeat> seats = new TreeMap<>();

    /** By group, what has to be told a seat that is being opened; owned by the loop. */
    private final Set<String> opening = new TreeSet<>();

    /** Who is there, by group; owned by the loop. */
    private final Map<String, GroupSnapshot> groups = new TreeMap<>();

    /** By service, the group whose leader it may be; owned by the loop. */
    private final Map<String, String> served = new TreeMap<>();

    private final Map<String, Known> standings = new ConcurrentHashMap<>();

    /**
     * Groups whose election is none of this member's any longer: nobody tells it how it
     * stands.
     */
    private final Set<String> left = ConcurrentHashMap.newKeySet();

    private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();

    private volatile Listener listener = Listener.NOBODY;

    private volatile boolean ending;

    /**
     * @param nodeLoop the one that owns facts
     * @param lonely whether this node was given peers and sees none
     */
    Elections(MemberId self, Fact.Signer signer, Replica replica, Loop nodeLoop, Loop loop, VoteFiles files,
            Executor disk, RandomGenerator random, Mail mail, BooleanSupplier lonely) {
        this.self = self;
        this.signer = signer;
        this.replica = replica;
        this.nodeLoop = nodeLoop;
        this.loop = loop;
        this.files = files;
        this.disk = disk;
        this.random = random;
        this.mail = mail;
        this.lonely = lonely;
    }

    /** Hears of changes from now on. */
    void listen(Listener other) {
        this.listener = other;
    }

    /**
     * Is told, on the thread of elections, of which group an election is known, and each
     * time that somebody else leads it, or nobody.
     */
    void watch(Consumer<String> watcher) {
        this.watchers.add(watcher);
    }

    /**
     * Takes its seats again, also those of services that are no longer loaded: their
     * groups count on this member's vote until their leader has let it go.
     */
    void begin() {
        this.disk.execute(() -> {
            try {
                for (String group : this.files.groups()) {
                    VoteFiles.Found found = this.files.read(group);
                    if (found.record().filter((record) -> record.lineage() != null).isPresent()) {
                        open(group, found, 1);
                    }
                }
            }
            catch (IOException ex) {
                log.error("Records of votes cannot be read, this member votes where its services are loaded only:"
                        + " reason={}", ex.toString());
            }
        });
    }

    /** A service of this node has changed. Any thread. */
    void serve(ServiceStatus status) {
        boolean takesPart = status.loaded() && status.spec().topology() == Topology.LEADER;
        boolean mayLead = takesPart && status.desired() == DesiredState.UP && !status.crashLooping() && !this.ending;
        this.loop.execute(() -> {
            serves(status.name(), status.group(), takesPart);
            ElectionSeat seat = this.seats.get(status.group());
            if (seat != null) {
                seat.able(mayLead, status.suitability());
                if (takesPart) {
                    seat.needs(status.spec().minMembers());
                }
            }
            else if (takesPart && this.opening.add(status.group())) {
                this.disk.execute(() -> take(status.group(), status.spec().minMembers(), () -> serve(status)));
            }
        });
    }

    /** A service that has gone to another group does not lead the one before. */
    private void serves(String service, String group, boolean takesPart) {
        String before = takesPart ? this.served.put(service, group) : this.served.remove(service);
        if (before != null && !before.equals(group)) {
            ElectionSeat seat = this.seats.get(before);
            if (seat != null) {
                seat.able(false, 0);
            }
            lookWhetherLeft(before);
        }
        lookWhetherLeft(group);
    }

    private void lookWhetherLeft(String group) {
        GroupSnapshot now = this.groups.get(group);
        boolean gone = now != null && !this.served.containsValue(group)
                && (!now.elects() || (now.leads().isPresent() && !now.voters().contains(this.self)));
        if (gone ? this.left.add(group) : this.left.remove(group)) {
            this.watchers.forEach((watcher) -> watcher.accept(group));
        }
    }

    private void take(String group, int minMembers, Runnable then) {
        try {
            open(group, this.files.read(group), minMembers);
            this.loop.execute(then);
        }
        catch (IOException ex) {
            log.error("Record of votes cannot be read or made, this member takes no part in the election:"
                    + " group={} reason={}", group, ex.toString());
            this.loop.execute(() -> this.opening.remove(group));
        }
    }

    /** On the thread of the disk. */
    private void open(String group, VoteFiles.Found found, int minMembers) throws IOException {
        VoteRecord record = found.record().orElse(null);
        if (record == null) {
            record = VoteRecord.blank(this.random.nextLong());
            this.files.write(group, record);
        }
        VoteRecord known = record;
        this.loop.execute(() -> {
            this.opening.remove(group);
            this.seats.computeIfAbsent(group, (name) -> seat(name, known, !found.damaged(), minMembers)).begin();
        });
    }

    /**
     * This node ends: it leads nobody any longer, and says so when its processes allow.
     */
    void end() {
        this.ending = true;
        this.loop.execute(() -> this.seats.values().forEach((seat) -> seat.able(false, 0)));
    }

    /** Another member has said something. Any thread. */
    void received(MemberId from, byte[] bytes) {
        this.loop.execute(() -> {
            try {
                ElectionEnvelope envelope = ElectionEnvelope.read(bytes);
                ElectionSeat seat = this.seats.get(envelope.group());
                if (seat != null) {
                    seat.received(from, ElectionCodec.decode(envelope.message()));
                }
            }
            catch (IllegalArgumentException ex) {
                log.warn("Message about an election not understood: member={} reason={}", from, ex.getMessage());
            }
        });
    }

    @Override
    public void changed(GroupSnapshot group) {
        this.loop.execute(() -> {
            this.groups.put(group.name().toString(), group);
            ElectionSeat seat = this.seats.get(group.name().toString());
            if (seat != null) {
                seat.look();
            }
            lookWhetherLeft(group.name().toString());
        });
    }

    @Override
    public void allowedChanged(GroupName group) {
        // What a group is to have is none of an election's business.
    }

    /**
     * How the election of a group stands; empty where this member takes no part in it, or
     * no longer does.
     */
    Optional<ElectionStanding> standing(String group) {
        return this.left.contains(group) ? Optional.empty()
                : Optional.ofNullable(this.standings.get(group)).map(Known::standing);
    }

    /** By group, all that this member takes part in. */
    Map<String, ElectionStanding> standings() {
        Map<String, ElectionStanding> all = new TreeMap<>();
        this.standings.keySet().forEach((group) -> standing(group).ifPresent((known) -> all.put(group, known)));
        return all;
    }

    /** What is left of this member's lease; zero where it has none, or may have none. */
    Duration leaseLeft(String group) {
        Known known = this.standings.get(group);
        if (known == null || !known.standing.leading()) {
            return Duration.ZERO;
        }
        Duration now = this.loop.uptime();
        Duration byWall = Duration.between(known.wall, this.loop.clock().instant());
        boolean apart = byWall.minus(now.minus(known.uptime)).abs().compareTo(TIMINGS.drift()) > 0;
        Duration left = known.standing.leaseEnd().minus(now);
        return (apart || left.isNegative()) ? Duration.ZERO : left;
    }

    /**
     * How many elections of a group have ended, since this node began, with somebody who
     * leads.
     */
    long held(String group) {
        Known known = this.standings.get(group);
        return (known != null) ? known.held : 0;
    }

    /** The process of this member acts as leader of the group no longer. Any thread. */
    void released(String group) {
        this.loop.execute(() -> {
            ElectionSeat seat = this.seats.get(group);
            if (seat != null) {
                seat.released();
            }
        });
    }

    /** What this member remembers of a group; completes on the loop. */
    CompletableFuture<VoteRecord> record(String group) {
        return ask(group, ElectionSeat::record);
    }

    /**
     * An operator has named the voters of a new lineage.
     * @return completes on the loop when this member has taken it
     */
    CompletableFuture<Void> recover(String group, VoteRecord given) {
        return ask(group, (seat) -> {
            seat.recover(given);
            return null;
        });
    }

    private <T> CompletableFuture<T> ask(String group, Function<ElectionSeat, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            ElectionSeat seat = this.seats.get(group);
            if (seat == null) {
                answer.completeExceptionally(new InquiryRefusedException(
                        "it takes no part in elections of " + group + "; load the service there first"));
                return;
            }
            try {
                answer.complete(question.apply(seat));
            }
            catch (IllegalArgumentException ex) {
                answer.completeExceptionally(new InquiryRefusedException(ex.getMessage()));
            }
        });
        return answer;
    }

    private ElectionSeat seat(String group, VoteRecord record, boolean mayFound, int minMembers) {
        Elector elector = new Elector(group, this.self, TIMINGS, this.loop::uptime, this.loop.clock(), this.random,
                record, mayFound, minMembers);
        GroupElection election = new GroupElection(this.self, elector, this.loop,
                (next, done) -> this.disk.execute(() -> save(group, next, done)),
                (to, message) -> this.mail.send(to, new ElectionEnvelope(group, ElectionCodec.encode(message)).write()),
                (now) -> stands(group, now));
        return new ElectionSeat(elector, election, this.loop, () -> this.groups.get(group), this.lonely);
    }

    private void save(String group, VoteRecord record, Consumer<@Nullable IOException> done) {
        try {
            this.files.write(group, record);
            done.accept(null);
        }
        catch (IOException ex) {
            done.accept(ex);
        }
    }

    private void stands(String group, ElectionStanding now) {
        Known before = this.standings.get(group);
        ElectionStanding was = (before != null) ? before.standing : ElectionStanding.NONE;
        boolean other = now.leading() != was.leading() || now.phase() != was.phase() || now.term() != was.term()
                || !now.leader().equals(was.leader());
        boolean ended = other && now.phase() == ElectionStanding.Phase.FINISHED;
        long held = ((before != null) ? before.held : 0) + (ended ? 1 : 0);
        this.standings.put(group, new Known(now, this.loop.uptime(), this.loop.clock().instant(), held));
        if (now.leading() && (!was.leading() || was.term() != now.term() || !was.voters().equals(now.voters()))) {
            announce(group, now);
        }
        if (now.leading() && !now.leaseEnd().equals(was.leaseEnd())) {
            this.listener.renewed(group);
        }
        if (other) {
            this.listener.changed(group);
        }
        if (other || before == null) {
            this.watchers.forEach((watcher) -> watcher.accept(group));
        }
    }

    /** Tells everybody who leads, and who votes. */
    private void announce(String group, ElectionStanding standing) {
        Fact leads = ElectionFacts.election(group, standing.lineage().orElseThrow(), standing.term(), this.self,
                this.signer);
        Fact voters = ElectionFacts.voters(group, standing.lineage().orElseThrow(), standing.voters().orElseThrow(),
                this.signer);
        this.nodeLoop.execute(() -> {
            submit(leads);
            submit(voters);
        });
    }

    private void submit(Fact fact) {
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                // Nobody waits for an announcement.
            }

            @Override
            public void failed(IOException why) {
                log.warn("Leader could not be announced, members of the group know it all the same: fact={} reason={}",
                        fact, why.toString());
            }

        });
    }

    /** Takes messages to the ring, without waiting. */
    @FunctionalInterface
    interface Mail {

        void send(MemberId to, byte[] message);

    }

    /** On the thread of elections. */
    interface Listener {

        Listener NOBODY = new Listener() {

            @Override
            public void changed(String group) {
                // The services are not there yet.
            }

            @Override
            public void renewed(String group) {
                // The services are not there yet.
            }

        };

        /** Somebody else leads, or nobody, or what is waited for is different. */
        void changed(String group);

        /** This member's lease has become longer. */
        void renewed(String group);

    }

    /**
     * With the moment it was true, by both clocks.
     *
     * @param held how many elections have ended since this node began
     */
    private record Known(ElectionStanding standing, Duration uptime, Instant wall, long held) {
    }

}
