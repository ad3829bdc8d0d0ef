package dev.muster.rumor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import dev.muster.rumor.Fact.Retention;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class MergeLawsTest {

    private static final List<MemberId> MEMBERS = List.of(new MemberId("1".repeat(32)), new MemberId("2".repeat(32)),
            new MemberId("3".repeat(32)));

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    /** Few keys, few numbers, few times, few authors: so that every tie is met. */
    static List<Fact> history(Random random, int length) {
        List<Fact> facts = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Retention retention = Retention.values()[random.nextInt(3)];
            MemberId member = MEMBERS.get(random.nextInt(MEMBERS.size()));
            if (random.nextInt(100) == 0) {
                facts.add(Fact.create(FactKey.departure(member), 1, random.nextInt(3), "", Retention.DURABLE,
                        new byte[0], null));
            }
            FactKey key = new FactKey((random.nextInt(5) == 0) ? "unknown" : "config", "redis." + random.nextInt(2),
                    random.nextBoolean() ? "" : member.hex());
            facts.add(Fact.create(key, 1 + random.nextInt(3), random.nextInt(3),
                    List.of("", "alice", "bob").get(random.nextInt(3)), retention,
                    new byte[] { (byte) random.nextInt(100) }, null));
        }
        return facts;
    }

    private static RumorStore merged(List<Fact> facts) {
        RumorStore store = new RumorStore();
        facts.forEach(store::merge);
        return store;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyOrderOfArrivalEndsInTheSamePlace(long seed) {
        Random random = new Random(seed);
        List<Fact> facts = history(random, 300);
        List<Fact> shuffled = new ArrayList<>(facts);
        Collections.shuffle(shuffled, random);
        assertThat(merged(shuffled).roots()).isEqualTo(merged(facts).roots());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mergingWhatOthersHaveMergedIsMergingAll(long seed) {
        Random random = new Random(seed);
        List<Fact> left = history(random, 150);
        List<Fact> right = history(random, 150);
        RumorStore leftMerged = merged(left);
        List<Fact> kept = new ArrayList<>();
        for (Slot slot : leftMerged.slots()) {
            for (Version version : leftMerged.versions(slot)) {
                kept.add(left.stream().filter((fact) -> fact.version().equals(version)).findFirst().orElseThrow());
            }
        }
        List<Fact> passedOn = new ArrayList<>(right);
        passedOn.addAll(kept);
        List<Fact> all = new ArrayList<>(left);
        all.addAll(right);
        assertThat(merged(passedOn).roots()).isEqualTo(merged(all).roots());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mergingTwiceIsMergingOnce(long seed) {
        List<Fact> facts = history(new Random(seed), 100);
        RumorStore store = merged(facts);
        RumorStore.Roots once = store.roots();
        facts.forEach((fact) -> assertThat(store.merge(fact).kept()).isFalse());
        assertThat(store.roots()).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theGreatestIsTheGreatestOfAll(long seed) {
        List<Fact> facts = history(new Random(seed), 300);
        RumorStore store = merged(facts);
        assertThat(store.slots()).isNotEmpty();
        for (Slot slot : store.slots()) {
            Version greatest = facts.stream()
                .filter((fact) -> Slot.of(fact).equals(slot))
                .map(Fact::version)
                .max(Version::compareTo)
                .orElseThrow();
            assertThat(store.greatest(slot)).contains(greatest);
        }
    }

    @Test
    void nothingAboutADepartedMemberIsHeldWhicheverComesFirst() {
        MemberId member = MEMBERS.get(0);
        Fact about = Fact.create(new FactKey("roster", "redis.prod", member.hex()), 1, 1, "", Retention.DURABLE,
                new byte[0], null);
        Fact other = Fact.create(new FactKey("roster", "redis.prod", MEMBERS.get(1).hex()), 1, 1, "", Retention.DURABLE,
                new byte[0], null);
        Fact departure = Fact.create(FactKey.departure(member), 1, 1, "", Retention.DURABLE, new byte[0], null);
        RumorStore before = merged(List.of(about, other));
        assertThat(before.merge(departure).dropped()).containsExactly(about.hash());
        assertThat(before.slots()).containsExactlyInAnyOrder(Slot.of(other), Slot.of(departure));
        assertThat(before.facts()).isEqualTo(2);
        assertThat(before.bytes()).isEqualTo(other.size() + departure.size());
        assertThat(merged(List.of(departure, other, about)).roots()).isEqualTo(before.roots());
        assertThat(before.wants(about)).isFalse();
    }

    @Test
    void aHistoryKeepsTheGreatestFiftyAndSaysWhatItDrops() {
        RumorStore store = new RumorStore();
        FactKey key = new FactKey("config", "redis.prod", "");
        List<Hash> dropped = new ArrayList<>();
        List<Fact> facts = new ArrayList<>();
        for (int number = 1; number <= 60; number++) {
            Fact fact = Fact.create(key, number, 0, "", Retention.HISTORY, new byte[0], null);
            facts.add(fact);
            dropped.addAll(store.merge(fact).dropped());
        }
        assertThat(dropped).isEqualTo(facts.subList(0, 10).stream().map(Fact::hash).toList());
        assertThat(store.wants(facts.get(9))).isFalse();
        assertThat(store.facts()).isEqualTo(50);
    }

    @Test
    void numberThenTimeThenAuthorThenHashDecide() {
        Hash low = Hash.parse("00".repeat(32));
        Hash high = Hash.parse("ff".repeat(32));
        List<Version> ascending = List.of(new Version(1, 9, "z", high), new Version(2, 1, "z", high),
                new Version(2, 2, "", high), new Version(2, 2, "a", high), new Version(2, 2, "b", low),
                new Version(2, 2, "b", high), new Version(2, 2, "\u00e4", low));
        List<Version> shuffled = new ArrayList<>(ascending);
        Collections.shuffle(shuffled, new Random(1));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(ascending);
    }

    @Test
    void authorsAreOrderedAsBytesNotAsCharacters() {
        Hash hash = Hash.parse("00".repeat(32));
        String beyondTheBasicPlane = "\ud83d\ude00";
        String lastOfTheBasicPlane = "\uffee";
        assertThat(new Version(1, 1, beyondTheBasicPlane, hash))
            .isGreaterThan(new Version(1, 1, lastOfTheBasicPlane, hash));
    }

}
