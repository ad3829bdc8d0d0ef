package dev.muster.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import dev.muster.election.Company;
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
    private final Map<String, Seat> seats = new TreeMap<>();

    /** By group, what has to be told a seat that is being opened; owned by the loop. */
    private final Set<String> opening = new TreeSet<>();

    /** Who is there, by group; owned by the loop. */
    private final Map<String, GroupSnapshot> groups = new TreeMap<>();

    private final Map<String, Known> standings = new ConcurrentHashMap<>();

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
            Seat seat = this.seats.get(status.group());
            if (seat != null) {
                seat.able(mayLead, status.suitability());
            }
            else if (takesPart && this.opening.add(status.group())) {
                this.disk.execute(() -> take(status.group(), status.spec().minMembers(), () -> serve(status)));
            }
        });
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
            this.seats.computeIfAbsent(group, (name) -> new Seat(name, known, !found.damaged(), minMembers)).begin();
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
                Envelope envelope = Envelope.read(bytes);
                Seat seat = this.seats.get(envelope.group);
                if (seat != null) {
                    seat.election.received(from, ElectionCodec.decode(envelope.message));
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
            Seat seat = this.seats.get(group.name().toString());
            if (seat != null) {
                seat.look();
            }
        });
    }

    @Override
    public void allowedChanged(GroupName group) {
        // What a group is to have is none of an election's business.
    }

    /**
     * How the election of a group stands; empty where this member takes no part in it.
     */
    Optional<ElectionStanding> standing(String group) {
        return Optional.ofNullable(this.standings.get(group)).map(Known::standing);
    }

    /** By group, all that this member takes part in. */
    Map<String, ElectionStanding> standings() {
        Map<String, ElectionStanding> all = new TreeMap<>();
        this.standings.forEach((group, known) -> all.put(group, known.standing));
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

    /** The process of this member acts as leader of the group no longer. Any thread. */
    void released(String group) {
        this.loop.execute(() -> seat(group, (seat) -> seat.election.decide(Elector::released)));
    }

    private void seat(String group, Consumer<Seat> what) {
        Seat seat = this.seats.get(group);
        if (seat != null) {
            what.accept(seat);
        }
    }

    /** What this member remembers of a group; completes on the loop. */
    CompletableFuture<VoteRecord> record(String group) {
        CompletableFuture<VoteRecord> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            Seat seat = this.seats.get(group);
            if (seat != null) {
                answer.complete(seat.elector.record());
            }
            else {
                answer.completeExceptionally(new InquiryRefusedException(
                        "it takes no part in elections of " + group + "; load the service there first"));
            }
        });
        return answer;
    }

    /** An operator has named the voters of a new lineage. */
    void recover(String group, VoteRecord given) {
        this.loop.execute(() -> seat(group,
                (seat) -> seat.election.decide((elector) -> elector.recover(Objects.requireNonNull(given.lineage()),
                        Objects.requireNonNull(given.list()).voters(), given.term()))));
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

    /** With the moment it was true, by both clocks. */
    private record Known(ElectionStanding standing, Duration uptime, Instant wall) {
    }

    /** A message with the group that it is about. */
    private record Envelope(String group, byte[] message) {

        static Envelope read(byte[] bytes) {
            if (bytes.length < 1 || bytes.length < 1 + (bytes[0] & 0xff)) {
                throw new IllegalArgumentException("it has only " + bytes.length + " bytes");
            }
            int length = bytes[0] & 0xff;
            byte[] message = new byte[bytes.length - 1 - length];
            System.arraycopy(bytes, 1 + length, message, 0, message.length);
            return new Envelope(new String(bytes, 1, length, StandardCharsets.UTF_8), message);
        }

        static byte[] write(String group, byte[] message) {
            byte[] name = group.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + name.length + message.length)
                .put((byte) name.length)
                .put(name)
                .put(message)
                .array();
        }

    }

    /** This member in one group's election. */
    private final class Seat {

        private final String group;

        private final Elector elector;

        private final GroupElection election;

        private boolean begun;

        private Company company = Company.NONE;

        Seat(String group, VoteRecord record, boolean mayFound, int minMembers) {
            this.group = group;
            Loop time = Elections.this.loop;
            this.elector = new Elector(group, Elections.this.self, TIMINGS, time::uptime, time.clock(),
                    Elections.this.random, record, mayFound, minMembers);
            this.election = new GroupElection(Elections.this.self, this.elector, time,
                    (next, done) -> Elections.this.disk.execute(() -> {
                        try {
                            Elections.this.files.write(group, next);
                            done.accept(null);
                        }
                        catch (IOException ex) {
                            done.accept(ex);
                        }
                    }),
                    (to, message) -> Elections.this.mail.send(to, Envelope.write(group, ElectionCodec.encode(message))),
                    this::stands);
        }

        void begin() {
            if (!this.begun) {
                this.begun = true;
                look();
                this.election.begin();
                again();
            }
        }

        /** Peers may come and go without anything that a group tells. */
        private void again() {
            Elections.this.loop.after(Duration.ofSeconds(1), () -> {
                look();
                again();
            });
        }

        void able(boolean mayLead, long suitability) {
            this.election.decide((deciding) -> deciding.able(mayLead, suitability));
        }

        void look() {
            GroupSnapshot snapshot = Elections.this.groups.get(this.group);
            if (snapshot == null) {
                return;
            }
            Set<MemberId> present = new TreeSet<>();
            snapshot.members().values().forEach((member) -> {
                boolean leader = member.state().filter((state) -> state.topology().equals("leader")).isPresent();
                if (member.present() && leader) {
                    present.add(member.id());
                }
            });
            Company now = new Company(present, snapshot.left(), Elections.this.lonely.getAsBoolean());
            if (!now.equals(this.company)) {
                this.company = now;
                this.election.decide((deciding) -> deciding.sees(now));
            }
            if (snapshot.leads().isPresent()) {
                this.election.decide(Elector::lineageKnown);
            }
        }

        private void stands(ElectionStanding now) {
            Known before = Elections.this.standings.put(this.group,
                    new Known(now, Elections.this.loop.uptime(), Elections.this.loop.clock().instant()));
            ElectionStanding was = (before != null) ? before.standing : ElectionStanding.NONE;
            if (now.leading() && (!was.leading() || was.term() != now.term() || !was.voters().equals(now.voters()))) {
                announce(this.group, now);
            }
            if (now.leading() && !now.leaseEnd().equals(was.leaseEnd())) {
                Elections.this.listener.renewed(this.group);
            }
            boolean other = now.leading() != was.leading() || now.phase() != was.phase() || now.term() != was.term()
                    || !now.leader().equals(was.leader());
            if (other) {
                Elections.this.listener.changed(this.group);
            }
        }

    }

}
