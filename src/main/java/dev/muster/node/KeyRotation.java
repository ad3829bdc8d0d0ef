package dev.muster.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import dev.muster.gateway.RingKeyControl;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.key.InvalidKeyException;
import dev.muster.key.NamedRevision;
import dev.muster.key.RingKey;
import dev.muster.rumor.Inquiries;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the ring's key at all members while the ring works, in three steps that each
 * end before the next begins: all accept the new key, all prove themselves with it, all
 * give up the others. Whatever a step is interrupted by, members still understand each
 * other, and the next try goes on from there.
 */
final class KeyRotation implements RingKeyControl {

    private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

    private static final String TOPIC = "ring-key";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String TELL = "tell";

    private static final String ACCEPT = "accept";

    private static final String ACTIVATE = "activate";

    private static final String GIVE_UP = "give-up";

    private final MemberId self;

    private final RingKeys keys;

    private final Replica replica;

    private final ServiceGroupRegistry registry;

    private final InstantSource clock;

    private final SecureRandom random;

    private final Executor disk;

    /**
     * @param disk runs what waits for the disk, one after the other
     */
    KeyRotation(MemberId self, RingKeys keys, Replica replica, ServiceGroupRegistry registry, InstantSource clock,
            SecureRandom random, Executor disk) {
        this.self = self;
        this.keys = keys;
        this.replica = replica;
        this.registry = registry;
        this.clock = clock;
        this.random = random;
        this.disk = disk;
    }

    /** From now on other members are answered. */
    void begin() {
        this.replica.inquiries()
            .answer(TOPIC, (from, body) -> CompletableFuture.supplyAsync(
                    () -> answer(from, new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8),
                    this.disk));
    }

    /** The first word says what to do; the answer is what is accepted afterwards. */
    private String answer(MemberId from, String question) {
        int end = question.indexOf('\n');
        String verb = (end < 0) ? question : question.substring(0, end);
        String rest = (end < 0) ? "" : question.substring(end + 1);
        try {
            switch (verb) {
                case TELL -> {
                }
                case ACCEPT -> this.keys.accept(RingKey.parse(rest));
                case ACTIVATE -> this.keys.activate(rest);
                case GIVE_UP -> this.keys.giveUpOthers(rest);
                default -> throw new IllegalArgumentException("This node does not know how to " + verb
                        + " a ring key; it may be older than the member that asks");
            }
        }
        catch (IOException ex) {
            log.warn("Ring key not kept: verb={} from={} reason={}", verb, from, ex.getMessage());
            throw new IllegalStateException(ex.getMessage(), ex);
        }
        catch (InvalidKeyException ex) {
            throw new IllegalArgumentException(ex.getMessage(), ex);
        }
        return String.join("\n", this.keys.accepted().stream().map(RingKey::revision).toList());
    }

    @Override
    public CompletableFuture<Answer> keys() {
        String newest = newest().revision();
        return ask(newest, TELL, "");
    }

    @Override
    public CompletableFuture<Answer> rotate(boolean withoutAway) {
        return CompletableFuture.supplyAsync(this::next, this.disk).thenCompose((key) -> {
            String revision = key.revision();
            return ask(revision, ACCEPT, key.text())
                .thenCompose((all) -> reached(all, Stage.ACCEPTED, withoutAway) ? ask(revision, ACTIVATE, revision)
                        : CompletableFuture.completedFuture(all))
                .thenCompose((all) -> reached(all, Stage.ACTIVE, withoutAway) ? ask(revision, GIVE_UP, revision)
                        : CompletableFuture.completedFuture(all));
        }).whenComplete((all, failure) -> {
            if (failure == null) {
                log.info("Ring key rotated: ring={} revision={} stage={}", all.ring(), all.revision(), all.stage());
            }
        });
    }

    private RingKey newest() {
        return this.keys.accepted()
            .stream()
            .max((one, other) -> one.revision().compareTo(other.revision()))
            .orElseThrow();
    }

    /** One that is newer than the active one is left from an earlier try. */
    private RingKey next() {
        RingKey active = this.keys.accepted().get(0);
        RingKey newest = newest();
        if (newest.revision().compareTo(active.revision()) > 0) {
            return newest;
        }
        NamedRevision now = NamedRevision.at(active.name(), this.clock.instant());
        // A clock that went back would make a key that looks older.
        return RingKey.generate(active.name(), (now.revision().compareTo(active.revision()) > 0) ? this.clock.instant()
                : active.id().time().plusSeconds(1), this.random);
    }

    private static boolean reached(Answer all, Stage stage, boolean withoutAway) {
        return all.members()
            .stream()
            .allMatch(
                    (member) -> member.stage().compareTo(stage) >= 0 || (withoutAway && member.stage() == Stage.AWAY));
    }

    /** The other members at once, then this one: who speaks for all changes last. */
    private CompletableFuture<Answer> ask(String revision, String verb, String rest) {
        byte[] question = (verb + "\n" + rest).getBytes(StandardCharsets.UTF_8);
        SortedMap<MemberId, String> names = known();
        Map<MemberId, CompletableFuture<Member>> answers = new TreeMap<>();
        names.forEach((id, name) -> {
            if (!id.equals(this.self)) {
                answers.put(id, this.replica.view().has(id) ? ask(id, name, question, revision)
                        : CompletableFuture.completedFuture(new Member(id.hex(), name, Stage.AWAY, "", List.of(),
                                "it is away; bring it the key with 'muster ring key export " + this.keys.ring()
                                        + "' before it comes back, or rotate again once it is back")));
            }
        });
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
            .thenCompose((all) -> ask(this.self, names.getOrDefault(this.self, ""), question, revision))
            .thenApply((own) -> {
                List<Member> members = new ArrayList<>();
                members.add(own);
                answers.values().forEach((answer) -> members.add(answer.join()));
                Stage least = members.stream()
                    .map(Member::stage)
                    .filter((stage) -> stage != Stage.AWAY)
                    .min(Stage::compareTo)
                    .orElseThrow();
                return new Answer(this.keys.ring(), revision, least, members);
            });
    }

    private CompletableFuture<Member> ask(MemberId id, String name, byte[] question, String revision) {
        return this.replica.inquiries()
            .ask(id, TOPIC, question, PATIENCE)
            .handle((answer, failure) -> (failure != null)
                    ? new Member(id.hex(), name, Stage.FAILED, "", List.of(), failure.getMessage())
                    : member(id, name, new String(answer, StandardCharsets.UTF_8).lines().toList(), revision));
    }

    private static Member member(MemberId id, String name, List<String> accepted, String revision) {
        String active = accepted.isEmpty() ? "" : accepted.get(0);
        if (!accepted.contains(revision)) {
            return new Member(id.hex(), name, Stage.FAILED, active, accepted, "it does not accept the key " + revision);
        }
        Stage stage = !active.equals(revision) ? Stage.ACCEPTED : (accepted.size() > 1) ? Stage.ACTIVE : Stage.ONLY;
        return new Member(id.hex(), name, stage, active, accepted, null);
    }

    /** All in sight, and all that belong to a group. */
    private SortedMap<MemberId, String> known() {
        SortedMap<MemberId, String> names = new TreeMap<>();
        this.registry.groups()
            .values()
            .forEach((group) -> group.members().values().forEach((member) -> names.put(member.id(), member.name())));
        this.replica.view().members().values().forEach((peer) -> names.put(peer.id(), peer.name()));
        return names;
    }

}
