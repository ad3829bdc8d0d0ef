package dev.muster.group;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import dev.muster.rollout.Control;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MalformedFactException;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.service.Exports;
import dev.muster.service.HandLoop;
import dev.muster.service.Rung;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GroupBoundsTest {

    private static final GroupName GROUP = GroupName.parse("redis.prod");

    private static final Plan PLAN = Plan.freeze(RolloutOptions.NONE, List.of());

    private static final MemberState.Host HOST = new MemberState.Host("h", "10.0.0.1", "10.0.0.1", 9638, "10.0.0.1",
            9631, "10.0.0.1", 9632);

    private final GroupFacts facts = new GroupFacts((key, message, signature) -> true);

    /** The longest that is admitted, with a part of it as long as it takes. */
    private Fact longest(String kind, IntFunction<Fact> withPart) {
        int most = GroupBounds.longest(kind);
        int part = 0;
        for (int step = Integer.highestOneBit(most); step > 0; step /= 2) {
            part += fits(withPart, part + step, most) ? step : 0;
        }
        Fact longest = withPart.apply(part);
        assertThat(longest.key().kind()).isEqualTo(kind);
        assertThat(longest.size()).isBetween(most - 256, most);
        assertThat(this.facts.admits(longest)).as("%s of %d bytes", kind, longest.size()).isTrue();
        if (most < Fact.MAX_BYTES) {
            assertThat(this.facts.admits(withPart.apply(part + 300))).as("%s longer than %d bytes", kind, most)
                .isFalse();
        }
        return longest;
    }

    private static boolean fits(IntFunction<Fact> withPart, int part, int most) {
        try {
            return withPart.apply(part).size() <= most;
        }
        catch (MalformedFactException ex) {
            assertThat(ex).hasMessageContaining("at most " + Fact.MAX_BYTES);
            return false;
        }
    }

    private static Fact revision(long number, String author) {
        return GroupFacts.revision(GROUP, number, number, author, null, GroupContent.NOTHING, null, PLAN, null);
    }

    private static MemberState state(@Nullable String reason, Map<String, Object> exports) {
        return new MemberState("core/redis/1/20260101000000", "up", "up", 1, null, "Ok", null, null, Rung.HEALTHY, true,
                reason, "standalone", Exports.of(exports), HOST);
    }

    @Test
    void allThatAGroupCanHaveIsBounded() {
        Replica replica = new Replica(new MemberId("a".repeat(32)), new NoLog(), new HandLoop(), new Random(1),
                Runnable::run, Runnable::run, this.facts);
        String author = longest(GroupFacts.CONFIG, (part) -> revision(60, "x".repeat(part))).version().author();
        for (int number = 1; number <= 60; number++) {
            replica.load(revision(number, author));
        }
        Revision current = GroupFacts.revision(revision(60, "ann"));
        replica.load(longest(RolloutFacts.COMPLETE, (part) -> RolloutFacts
            .complete(GroupFacts.revision(revision(59, "x".repeat(part))), GroupContent.NOTHING)));
        replica.load(longest(RolloutFacts.CONTROL,
                (part) -> RolloutFacts.control(current, Control.NONE.paused("x".repeat(part), "ann"))));
        replica.load(longest(RolloutFacts.POLICY,
                (part) -> RolloutFacts.policy(GROUP, 1, 1, "x".repeat(part), RolloutOptions.NONE)));
        for (int i = 0; i < GroupBounds.MEMBERS; i++) {
            Key member = new Key("m" + i);
            replica.load(longest(GroupFacts.ROSTER, (part) -> GroupFacts.roster(GROUP, member.id(), 1, 1,
                    new GroupFacts.Roster("x".repeat(part), "core/redis", false), member)));
            replica.load(longest(GroupFacts.STATE,
                    (part) -> GroupFacts.state(GROUP, member.id(), 1, 2, state("x".repeat(part), Map.of()), member)));
        }
        assertThat(replica.holding().facts()).isEqualTo(50 + 3 + 2 * GroupBounds.MEMBERS);
        assertThat(replica.holding().bytes()).isBetween(GroupBounds.BYTES / 10 * 9L, (long) GroupBounds.BYTES);
    }

    @Test
    void whatAMemberSaysOfItselfIsMadeToFit() {
        Key member = new Key("m");
        MemberState usual = state("some reason", Map.of("port", 6379));
        assertThat(GroupBounds.fitted(GROUP, usual)).isSameAs(usual);

        MemberState talkative = GroupBounds.fitted(GROUP, state("é".repeat(100_000), Map.of("port", 6379)));
        assertThat(talkative.reason()).startsWith("éé").endsWith("...");
        assertThat(talkative.exports()).containsEntry("port", 6379);

        Map<String, Object> large = Map.of("text", "x".repeat(9_000));
        MemberState without = GroupBounds.fitted(GROUP, state("some reason", large));
        assertThat(without.exports()).isEmpty();
        assertThat(without.reason()).contains("exports of redis.prod", "8192", "some reason");

        assertThat(Stream.of(talkative, without, GroupBounds.fitted(GROUP, state("é".repeat(100_000), large))))
            .allMatch((state) -> this.facts.admits(GroupFacts.state(GROUP, member.id(), 1, 1, state, member)));
    }

    @Test
    void theLongestNamesThereAreFitIntoARoster() {
        String part = "x".repeat(63);
        GroupName group = new GroupName(part, part, part);
        String ident = String.join("/", "x".repeat(255), "x".repeat(255), "x".repeat(255), "20260101000000");
        Key member = new Key("m");
        assertThat(this.facts.admits(GroupFacts.roster(group, member.id(), Long.MAX_VALUE, Long.MAX_VALUE,
                new GroupFacts.Roster(part, ident, true), member)))
            .isTrue();
    }

    /** A key as long as a real one, which signs as long. */
    private record Key(String name) implements Signer {

        @Override
        public byte[] publicKey() {
            return Hash.of(this.name.getBytes(StandardCharsets.UTF_8)).bytes();
        }

        @Override
        public byte[] sign(byte[] message) {
            return new byte[64];
        }

        MemberId id() {
            return MemberId.of(publicKey());
        }

    }

    private static final class NoLog implements FactLog {

        @Override
        public void append(List<Fact> facts, Completion completion) {
            completion.synced();
        }

        @Override
        public Fact read(Hash hash) throws IOException {
            throw new IOException("Nothing is kept: " + hash);
        }

        @Override
        public void drop(Collection<Hash> hashes) {
            assertThat(hashes).isNotEmpty();
        }

    }

}
