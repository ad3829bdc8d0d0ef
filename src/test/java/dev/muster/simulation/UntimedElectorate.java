package dev.muster.simulation;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import dev.muster.election.Company;
import dev.muster.election.ElectionMessage;
import dev.muster.election.ElectionTimings;
import dev.muster.election.Elector;
import dev.muster.election.GroupElection;
import dev.muster.election.Lineage;
import dev.muster.election.VoteRecord;
import dev.muster.election.Voter;
import dev.muster.election.VoterList;
import dev.muster.loop.Loop;
import dev.muster.rumor.MemberId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Members of a group among whom the next thing that happens is drawn by lot: a message
 * arrives, out of order, twice or never; a clock jumps; a disk takes what it was given; a
 * node dies and comes back with what its disk has, or without it. After each: in a term
 * of a lineage nobody else leads, or led in an earlier life; a seat gives one vote in it;
 * majorities overlap.
 */
final class UntimedElectorate {

    private static final int MEMBERS = 5;

    private static final int MOST_MESSAGES = 20;

    private final Random random;

    private final List<Member> members = new ArrayList<>();

    private final List<Message> messages = new ArrayList<>();

    private final Map<Term, String> leaders = new HashMap<>();

    private final Map<Ballot, MemberId> votes = new HashMap<>();

    /** Who hears hardly anything, at this time. */
    private MemberId apart;

    private final Majorities majorities = new Majorities();

    UntimedElectorate(long seed) {
        this.random = new Random(seed);
        for (int i = 0; i < MEMBERS; i++) {
            this.members.add(new Member(new MemberId("%032x".formatted(i + 1))));
        }
        int first = 1 + this.random.nextInt(MEMBERS);
        found(new Lineage(1, 1_000, 1), this.members.subList(0, first));
        if (this.random.nextInt(3) == 0 && first < MEMBERS) {
            found(new Lineage(1, 2_000, 2), this.members.subList(first, MEMBERS));
        }
        // Who belongs to none is to be let in.
        this.members.forEach(Member::boot);
    }

    private static void found(Lineage lineage, List<Member> some) {
        VoterList list = new VoterList(1, 1,
                some.stream().map((member) -> new Voter(member.id, member.durable.seat())).toList());
        some.forEach((member) -> member.durable = new VoteRecord(member.durable.seat(), lineage, list, 1, null));
    }

    /** In how many terms somebody led. */
    int elected() {
        return this.leaders.size();
    }

    /** The next thing happens. */
    void step() {
        Member someone = this.members.get(this.random.nextInt(MEMBERS));
        int lot = this.random.nextInt(1_000);
        if (lot < 500) {
            deliver();
        }
        else if (lot < 650) {
            someone.tick(pause());
        }
        else if (lot < 970) {
            someone.sync();
        }
        else if (lot < 973) {
            someone.look();
        }
        else if (lot < 981) {
            // All leases are over, and whatever was promised.
            this.members.forEach((member) -> member.tick(Duration.ofSeconds(5)));
        }
        else if (lot < 995) {
            someone.boot();
        }
        else if (this.random.nextInt(2) == 0) {
            this.apart = this.random.nextBoolean() ? someone.id : null;
        }
        else if (this.random.nextInt(15) == 0) {
            someone.forget();
        }
        Map<MemberId, VoteRecord> disks = new HashMap<>();
        this.members.forEach((member) -> disks.put(member.id, member.durable));
        this.majorities.overlap(disks);
    }

    private void deliver() {
        if (this.messages.isEmpty()) {
            return;
        }
        int which = this.random.nextInt(this.messages.size());
        Message message = (this.random.nextInt(10) == 0) ? this.messages.get(which) : this.messages.remove(which);
        if (message.to.equals(this.apart) && this.random.nextInt(10) != 0) {
            return;
        }
        Member to = this.members.stream().filter((member) -> member.id.equals(message.to)).findFirst().orElseThrow();
        to.election.received(message.from, message.said);
        to.settle();
    }

    /** Mostly what a candidate waits for, now and then more than a lease. */
    private Duration pause() {
        return Duration.ofMillis(this.random.nextInt((this.random.nextInt(20) == 0) ? 1_200 : 40));
    }

    private void sent(Member from, MemberId to, ElectionMessage said) {
        if (said instanceof ElectionMessage.Renew renew) {
            String who = from.id + " in life " + from.life;
            String before = this.leaders.putIfAbsent(new Term(renew.lineage(), renew.term()), who);
            assertThat(before == null || before.equals(who))
                .as("one leader in term %d of %s: %s and %s", renew.term(), renew.lineage(), before, who)
                .isTrue();
        }
        if (said instanceof ElectionMessage.Voted vote && vote.yes()) {
            MemberId before = this.votes
                .putIfAbsent(new Ballot(new Voter(from.id, vote.seat()), new Term(vote.lineage(), vote.term())), to);
            assertThat(before == null || before.equals(to))
                .as("%s votes for one in term %d of %s: %s and %s", from.id, vote.term(), vote.lineage(), before, to)
                .isTrue();
        }
        if (this.messages.size() == MOST_MESSAGES) {
            this.messages.remove(this.random.nextInt(MOST_MESSAGES));
        }
        this.messages.add(new Message(from.id, to, said));
    }

    private record Message(MemberId from, MemberId to, ElectionMessage said) {
    }

    private record Term(Lineage lineage, long number) {
    }

    private record Ballot(Voter voter, Term term) {
    }

    private final class Member implements Loop {

        private final MemberId id;

        /** What is to run on its loop, now. */
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        private VoteRecord durable;

        private Duration uptime = Duration.ofHours(1);

        private Duration wallAhead = Duration.ZERO;

        private int life;

        private Elector elector;

        private GroupElection election;

        private VoteRecord unsynced;

        private Consumer<IOException> done;

        Member(MemberId id) {
            this.id = id;
            this.durable = VoteRecord.blank(UntimedElectorate.this.random.nextLong());
        }

        /**
         * Whatever it was doing, it does no longer, and begins with what its disk has.
         */
        void boot() {
            if (this.election != null) {
                this.election.end();
            }
            this.life++;
            this.tasks.clear();
            this.unsynced = null;
            this.elector = new Elector("redis.prod", this.id, ElectionTimings.DEFAULT, this::uptime, clock(),
                    new Random(UntimedElectorate.this.random.nextLong()), this.durable, false, 3);
            this.election = new GroupElection(this.id, this.elector, this, (record, heard) -> {
                this.unsynced = record;
                this.done = heard;
            }, (to, said) -> sent(this, to, said), (standing) -> {
            });
            this.election.decide((deciding) -> deciding.able(true, UntimedElectorate.this.random.nextInt(2)));
            look();
        }

        void forget() {
            this.durable = VoteRecord.blank(UntimedElectorate.this.random.nextLong());
            boot();
        }

        /** Sees whoever it likes to see. */
        void look() {
            Set<MemberId> present = new TreeSet<>(Set.of(this.id));
            Set<MemberId> withdrawn = new TreeSet<>();
            for (Member other : UntimedElectorate.this.members) {
                if (UntimedElectorate.this.random.nextInt(4) != 0) {
                    present.add(other.id);
                }
                else if (UntimedElectorate.this.random.nextInt(3) == 0) {
                    withdrawn.add(other.id);
                }
            }
            this.election.decide((deciding) -> deciding.sees(new Company(present, withdrawn, false)));
            settle();
        }

        void tick(Duration passed) {
            this.uptime = this.uptime.plus(passed);
            if (UntimedElectorate.this.random.nextInt(50) == 0) {
                this.wallAhead = this.wallAhead.plusSeconds(UntimedElectorate.this.random.nextInt(20) - 10);
            }
            this.election.decide(Elector::tick);
            settle();
        }

        void sync() {
            if (this.unsynced == null) {
                return;
            }
            boolean full = UntimedElectorate.this.random.nextInt(30) == 0;
            if (!full) {
                this.durable = this.unsynced;
            }
            this.unsynced = null;
            this.done.accept(full ? new IOException("no space left") : null);
            settle();
        }

        void settle() {
            for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
                task.run();
            }
        }

        @Override
        public void execute(Runnable task) {
            this.tasks.add(task);
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            throw new AssertionError("Time is told by the test alone");
        }

        @Override
        public Duration uptime() {
            return this.uptime;
        }

        @Override
        public InstantSource clock() {
            return () -> Instant.EPOCH.plus(this.uptime).plus(this.wallAhead);
        }

    }

}
