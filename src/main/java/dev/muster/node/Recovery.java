package dev.muster.node;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import dev.muster.election.ElectionCodec;
import dev.muster.election.ElectionFacts;
import dev.muster.election.ElectionStanding;
import dev.muster.election.Lineage;
import dev.muster.election.VoteRecord;
import dev.muster.election.Voter;
import dev.muster.election.VoterList;
import dev.muster.gateway.ElectionControl;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.Inquiries;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a group other voters when its own are lost: asks those that are named what they
 * remember, and gives all of them a lineage above that.
 */
final class Recovery implements ElectionControl {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private static final String RECORD = "election-record";

    private static final String RECOVER = "election-recover";

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Terms that voters may have come to of which nobody asked knows. */
    private static final long UNKNOWN_TERMS = 1_000;

    private final Elections elections;

    private final ServiceGroupRegistry registry;

    private final Inquiries inquiries;

    private final InstantSource clock;

    private final RandomGenerator random;

    Recovery(Elections elections, ServiceGroupRegistry registry, Inquiries inquiries, InstantSource clock,
            RandomGenerator random) {
        this.elections = elections;
        this.registry = registry;
        this.inquiries = inquiries;
        this.clock = clock;
        this.random = random;
    }

    /** From now on other members are answered. */
    void begin() {
        this.inquiries.answer(RECORD, (from, body) -> this.elections.record(new String(body, StandardCharsets.UTF_8))
            .thenApply(ElectionCodec::encode));
        this.inquiries.answer(RECOVER, (from, body) -> {
            ElectionEnvelope asked = ElectionEnvelope.read(body);
            return this.elections.recover(asked.group(), ElectionCodec.decodeRecord(asked.message()))
                .thenApply((done) -> new byte[0]);
        });
    }

    @Override
    public Optional<ElectionStanding> standing(GroupName group) {
        return this.elections.standing(group.toString());
    }

    @Override
    public Duration leaseLeft(GroupName group) {
        return this.elections.leaseLeft(group.toString());
    }

    @Override
    public CompletableFuture<Recovered> recover(GroupName group, List<String> voters) {
        List<MemberId> members = new ArrayList<>();
        for (String named : voters) {
            Optional<MemberId> found = find(group, named);
            if (found.isEmpty()) {
                return refused("No one member " + named + " is present and runs " + group
                        + "; name each voter by its name or id, see sup status");
            }
            members.add(found.get());
        }
        List<CompletableFuture<Remembered>> asked = members.stream()
            .distinct()
            .map((member) -> this.inquiries
                .ask(member, RECORD, group.toString().getBytes(StandardCharsets.UTF_8), PATIENCE)
                .thenApply((bytes) -> new Remembered(member, ElectionCodec.decodeRecord(bytes))))
            .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
            .handle((done, failure) -> failure)
            .thenCompose((failure) -> {
                if (failure != null) {
                    return refused("Nothing was changed, a voter did not answer: " + reason(failure));
                }
                return give(group, asked.stream().map(CompletableFuture::join).toList());
            });
    }

    private CompletableFuture<Recovered> give(GroupName group, List<Remembered> all) {
        // Where all of them have lost their records, what a leader once said is left.
        Optional<ElectionFacts.Leads> said = this.registry.group(group).flatMap(GroupSnapshot::leads);
        Optional<Lineage> greatest = Stream
            .concat(all.stream().map((one) -> one.record.lineage()), said.map(ElectionFacts.Leads::lineage).stream())
            .filter(Objects::nonNull)
            .max(Lineage::compareTo);
        if (greatest.isEmpty()) {
            return refused("Nothing is lost: no voters were ever named for " + group
                    + "; it elects a leader as soon as --min-members see each other");
        }
        long term = all.stream()
            .mapToLong((one) -> one.record.term())
            .reduce(said.map(ElectionFacts.Leads::term).orElse(0L), Math::max) + UNKNOWN_TERMS;
        Lineage next = greatest.get().recovered(this.clock.instant().toEpochMilli(), this.random.nextLong());
        VoterList list = new VoterList(0, 1,
                all.stream().map((one) -> new Voter(one.member, one.record.seat())).toList());
        log.warn("Voters of a group are replaced by an operator: group={} lineage={} voters={}", group, next,
                list.members());
        byte[] body = new ElectionEnvelope(group.toString(),
                ElectionCodec.encode(new VoteRecord(0, next, list, term, null)))
            .write();
        return CompletableFuture
            .allOf(all.stream()
                .map((one) -> this.inquiries.ask(one.member, RECOVER, body, PATIENCE))
                .toArray(CompletableFuture[]::new))
            .thenApply((done) -> new Recovered(next, list, term))
            .exceptionallyCompose(
                    (failure) -> refused("Not all voters have taken it, do it again: " + reason(failure)));
    }

    private Optional<MemberId> find(GroupName group, String named) {
        List<GroupSnapshot.Member> found = this.registry.group(group)
            .map((known) -> List.copyOf(known.members().values()))
            .orElse(List.of())
            .stream()
            .filter(GroupSnapshot.Member::present)
            .filter((member) -> member.name().equals(named) || member.id().hex().equals(named))
            .toList();
        return (found.size() == 1) ? Optional.of(found.get(0).id()) : Optional.empty();
    }

    private static @Nullable String reason(Throwable failure) {
        return ((failure.getCause() != null) ? failure.getCause() : failure).getMessage();
    }

    private static <T> CompletableFuture<T> refused(String why) {
        return CompletableFuture.failedFuture(RefusedException.conflict(why));
    }

    private record Remembered(MemberId member, VoteRecord record) {
    }

}
