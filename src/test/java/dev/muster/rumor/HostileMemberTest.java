package dev.muster.rumor;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.GroupFacts;
import dev.muster.key.NodeKey;
import dev.muster.key.Signatures;
import dev.muster.key.TokenFacts;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.RumorStore.Roots;
import dev.muster.service.HandLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A member that holds the ring key and speaks the protocol, and means harm. What it says
 * comes from an id of its own, since hellos are signed; all else is up to it.
 */
class HostileMemberTest {

    private static final CBORMapper CBOR = new CBORMapper();

    private static final String GROUP = "redis.prod";

    private final NodeKey honest = NodeKey.generate(new SecureRandom());

    private final NodeKey mallory = NodeKey.generate(new SecureRandom());

    private final HandLoop loop = new HandLoop();

    private final Map<Hash, Fact> disk = new HashMap<>();

    private final List<Message> sent = new ArrayList<>();

    private final List<Hash> receipts = new ArrayList<>();

    private final Replica replica = new Replica(new MemberId("1".repeat(32)), new Disk(), this.loop, new Random(1),
            this.loop::execute, this.loop::execute, admission());

    private static Admission admission() {
        GroupFacts groups = new GroupFacts(new Signatures());
        TokenFacts tokens = new TokenFacts();
        return (fact) -> groups.admits(fact) && tokens.admits(fact);
    }

    @BeforeEach
    void begin() {
        this.replica.listen(new FactListener() {

            @Override
            public void merged(Fact fact, boolean newest) {
                // What is held is asked of the replica.
            }

            @Override
            public void receipt(MemberId from, Hash fact, Version current) {
                HostileMemberTest.this.receipts.add(fact);
            }

        });
        this.replica.start(new Ring() {

            @Override
            public boolean broadcast(byte[] message) {
                return HostileMemberTest.this.sent.add(MessageCodec.decode(message));
            }

            @Override
            public boolean send(MemberId to, byte[] message) {
                assertThat(to).as("nobody is told what somebody else asked for")
                    .isEqualTo(HostileMemberTest.this.mallory.id());
                return broadcast(message);
            }

            @Override
            public boolean congested() {
                return false;
            }

        });
    }

    private void say(Message message) {
        this.replica.received(this.mallory.id(), MessageCodec.encode(message));
        this.loop.settle();
    }

    /** Both ways in which a fact may come: broadcast, and in an exchange with others. */
    private void say(Fact... facts) {
        say(new Message.Facts(0, false, false, List.of(facts)));
        say(new Message.Facts(7, true, true, List.of(facts)));
    }

    private static Fact roster(NodeKey about, NodeKey signer, long sequence, boolean loaded) {
        return Fact.create(new FactKey("roster", GROUP, about.id().hex()), 1, sequence, "", Retention.DURABLE,
                CBOR.writeValueAsBytes(Map.of("name", "m", "ident", "core/redis", "loaded", loaded)), signer);
    }

    private static Fact state(NodeKey about, NodeKey signer) {
        return Fact.create(new FactKey("state", GROUP, about.id().hex()), 1, 9, "", Retention.TRANSIENT,
                CBOR.writeValueAsBytes(Map.of("ident", "core/redis", "rung", "HEALTHY")), signer);
    }

    private static Fact token(Map<String, Object> body, long major) {
        return Fact.create(new FactKey("token", "0123456789ab", ""), major, 1, "", Retention.DURABLE,
                CBOR.writeValueAsBytes(body), null);
    }

    @Test
    void whatItSaysOfAnotherMemberIsRefused() {
        say(roster(this.honest, this.mallory, 5, true), roster(this.honest, null, 5, true));
        say(state(this.honest, this.mallory));
        assertThat(this.replica.holding().facts()).isZero();
        assertThat(this.disk).isEmpty();
        assertThat(this.replica.refused()).isEqualTo(6);
    }

    /** Neither with a signature of its own, nor with an old word of that member. */
    @Test
    void itCannotWithdrawAnotherMember() {
        Fact before = roster(this.honest, this.honest, 1, false);
        Fact now = roster(this.honest, this.honest, 2, true);
        say(now);
        say(before, roster(this.honest, this.mallory, 3, false));
        byte[] changed = now.encoded().clone();
        for (int at = 0; at < changed.length; at++) {
            changed[at] ^= 1;
            try {
                say(Fact.decode(changed));
            }
            catch (MalformedFactException ex) {
                assertThat(ex).isNotNull();
            }
            changed[at] ^= 1;
        }
        assertThat(this.replica.greatestToBe(now.key(), Retention.DURABLE)).contains(now.version());
        // Some bits make another key of the same fact, none makes another fact of the
        // member.
        assertThat(this.disk.values()).filteredOn((fact) -> fact.key().equals(now.key())).containsExactly(now);
    }

    @Test
    void tokensOfAWrongFormAreRefused() {
        Map<String, Object> good = Map.of("name", "ci", "role", "admin", "groups", "*", "hash", new byte[32], "created",
                1, "author", "ann");
        say(token(Map.of("name", "ci"), 1), token(good, 2), token(good, Long.MAX_VALUE));
        for (String part : List.of("name", "role", "groups", "hash", "author")) {
            Map<String, Object> bad = new HashMap<>(good);
            bad.put(part, "x".repeat(5_000));
            say(token(bad, 1));
        }
        assertThat(this.replica.holding().facts()).isZero();
        say(token(good, 1));
        assertThat(this.replica.holding().facts()).isOne();
    }

    @Test
    void whatIsTooLongIsRefusedBeforeItIsKept() {
        Fact longest = Fact.create(new FactKey("policy", GROUP, ""), 1, 1, "ann", Retention.DURABLE, new byte[100_000],
                null);
        say(longest);
        byte[] message = new byte[10];
        new Random(1).nextBytes(message);
        // An array of 2^62 facts, and a text of as many bytes.
        for (String hex : List.of("85010100f4f49b4000000000000000", "850108007b4000000000000000")) {
            this.replica.received(this.mallory.id(), java.util.HexFormat.of().parseHex(hex));
        }
        this.replica.received(this.mallory.id(), message);
        this.loop.settle();
        assertThat(this.replica.holding().facts()).isZero();
        assertThat(this.replica.refused()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void everNewKeysFillABoundedRoomAndWhatIsHeldGoesOn() {
        Fact held = roster(this.honest, this.honest, 1, true);
        say(held);
        List<Fact> flood = new ArrayList<>();
        for (int number = 0; number < RumorStore.MOST_KEYS + 5_000; number++) {
            flood.add(Fact.create(new FactKey("made-up", "x" + number, ""), 1, 1, "", Retention.DURABLE, new byte[1],
                    null));
        }
        Batches.of(flood).forEach((batch) -> say(new Message.Facts(0, false, false, batch)));
        assertThat(this.replica.holding().facts()).isEqualTo(RumorStore.MOST_KEYS);
        assertThat(this.disk).hasSize(RumorStore.MOST_KEYS);
        assertThat(this.replica.refused()).isEqualTo(5_001);
        Fact next = roster(this.honest, this.honest, 2, false);
        say(next);
        assertThat(this.replica.greatestToBe(held.key(), Retention.DURABLE)).contains(next.version());
    }

    @Test
    void whatIsHeldInMemoryIsBoundedToo() {
        for (int number = 0; number < 1_000; number++) {
            say(new Message.Facts(7, false, false, List.of(Fact.create(new FactKey("made-up", "x" + number, ""), 1, 1,
                    "", Retention.TRANSIENT, new byte[60_000], null))));
        }
        assertThat(this.replica.holding().bytes()).isBetween(RumorStore.MOST_TRANSIENT_BYTES / 10 * 9,
                RumorStore.MOST_TRANSIENT_BYTES);
    }

    @Test
    void answersThatNobodyAskedForChangeNothing() {
        CompletableFuture<byte[]> answer = this.replica.inquiries()
            .ask(new MemberId("1".repeat(32)), "nothing", new byte[0], Duration.ofHours(1));
        CompletableFuture<byte[]> open = new CompletableFuture<>();
        this.replica.inquiries().answer("slow", (from, body) -> open);
        CompletableFuture<byte[]> asked = this.replica.inquiries()
            .ask(new MemberId("1".repeat(32)), "slow", new byte[0], Duration.ofHours(1));
        this.loop.settle();
        assertThat(answer).isCompletedExceptionally();
        for (long id = -100; id < 100; id++) {
            say(new Message.Reply(id, Message.Reply.Outcome.ANSWERED, new byte[] { 1 }));
        }
        assertThat(asked).isNotDone();
        SlotDigest digest = new SlotDigest(new byte[16]);
        Slot slot = new Slot(new FactKey("roster", GROUP, this.honest.id().hex()), Retention.DURABLE);
        int before = this.sent.size();
        say(new Message.Digests(9, true, true, 1, Map.of(slot, digest)));
        say(new Message.Want(9, true, false, Map.of(slot, List.of())));
        say(new Message.Close(9, 1));
        say(new Message.Receipts(
                List.of(new Message.Receipt(Hash.of(new byte[1]), state(this.honest, this.honest).version()))));
        assertThat(this.sent).as("nobody answers them").hasSize(before);
        say(new Message.Open(9, new Roots(digest, digest)));
        assertThat(this.sent).as("a question is answered").hasSizeGreaterThan(before);
        assertThat(this.replica.holding().facts()).isZero();
    }

    /** A log that has written everything at once. */
    private final class Disk implements FactLog {

        @Override
        public void append(List<Fact> facts, Completion completion) {
            facts.forEach((fact) -> HostileMemberTest.this.disk.put(fact.hash(), fact));
            completion.synced();
        }

        @Override
        public Fact read(Hash hash) throws IOException {
            Fact known = HostileMemberTest.this.disk.get(hash);
            if (known == null) {
                throw new IOException("not here");
            }
            return known;
        }

        @Override
        public void drop(Collection<Hash> hashes) {
            HostileMemberTest.this.disk.keySet().removeAll(hashes);
        }

    }

}
