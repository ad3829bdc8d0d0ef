package dev.muster.simulation;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import dev.muster.config.SecretKeys;
import dev.muster.group.Allowed;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.GroupName;
import dev.muster.key.BoxMessage;
import dev.muster.key.Envelope;
import dev.muster.key.SecretBoxKey;
import dev.muster.key.UnreadableMessageException;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Hash;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A member of a group that takes encrypted changes only. It has the group's key, and
 * those of some users; its keys outlive it. A service does not bear what does not open.
 */
final class ReadingMember extends SimulatedMember {

    static final GroupName GROUP = GroupName.parse("redis.prod@acme");

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final SecretBoxKey KEY = SecretBoxKey.ofGroup(GROUP.toString(), NOON, new Lot(new Random(1)));

    private static final Map<String, SecretBoxKey> USERS = Map.of("alice",
            SecretBoxKey.ofUser("alice", NOON, new Lot(new Random(2))), "bob",
            SecretBoxKey.ofUser("bob", NOON, new Lot(new Random(3))));

    /** Of the same name and time as the true one. */
    private static final SecretBoxKey FORGED = SecretBoxKey.ofUser("alice", NOON, new Lot(new Random(4)));

    private final SecureRandom nonces;

    private final Set<String> known = new TreeSet<>(Set.of("alice"));

    ReadingMember(Simulation simulation, String name) {
        super(simulation, name, List.of(GROUP.toString()));
        this.nonces = new Lot(simulation.random);
    }

    @Override
    void booting() {
        registry().legibility(this::missing);
    }

    private Optional<String> missing(Envelope envelope) {
        String user = envelope.sender().name();
        return this.known.contains(user) ? Optional.empty() : Optional.of("waits for the key of " + user);
    }

    boolean reads(Optional<Envelope> envelope) {
        return envelope.flatMap(this::missing).isEmpty();
    }

    /** Somebody puts the key of a user on its disk, or takes it away. */
    void key(String user, boolean there) {
        if (there ? this.known.add(user) : this.known.remove(user)) {
            if (alive()) {
                registry().keysChanged();
            }
        }
    }

    @Override
    boolean maySupply(SimulatedService service, Allowed allowed) {
        boolean readable = reads(allowed.envelope());
        if (!service.taken().equals(Optional.of(allowed.id()))) {
            assertThat(readable).as("%s may take %s, which it cannot read", name(), allowed.id()).isTrue();
        }
        return readable;
    }

    @Override
    String said(Allowed allowed, byte[] layer) {
        if (allowed.envelope().isEmpty()) {
            assertThat(layer).as("%s is given what is not encrypted", name()).isEmpty();
            return "";
        }
        BoxMessage message = BoxMessage.parse(new String(layer, StandardCharsets.US_ASCII));
        try {
            return new String(message.open(USERS.get(message.sender().name()).publicKey(), KEY),
                    StandardCharsets.UTF_8);
        }
        catch (UnreadableMessageException ex) {
            return "bad";
        }
    }

    /** A user encrypts a change for the group, and hands it in here. */
    CompletableFuture<Applied> seal(String user, String toml, Map<String, String> how) {
        return seal(USERS.get(user), toml, how);
    }

    /** Somebody does who has none of the keys, and says that alice did. */
    CompletableFuture<Applied> forge(Map<String, String> how) {
        return seal(FORGED, "port = 1", how);
    }

    private CompletableFuture<Applied> seal(SecretBoxKey user, String toml, Map<String, String> how) {
        BoxMessage message = BoxMessage.seal(toml.getBytes(StandardCharsets.UTF_8), user, KEY.publicKey(), this.nonces);
        byte[] text = message.text().getBytes(StandardCharsets.US_ASCII);
        return apply(new ApplyRequest(GROUP, OptionalLong.empty(), null,
                Optional.of(new ApplyRequest.Layer(text, Hash.of(text).hex(), Optional.of(message.envelope()),
                        Optional.of(SecretKeys.EVERYTHING))),
                FileChanges.NONE, user.id().name(), null, RolloutOptions.parse(how)));
    }

    SimulatedService service() {
        return services().get(GROUP);
    }

    /** Chance that is a seed. */
    private static final class Lot extends SecureRandom {

        private static final long serialVersionUID = 1L;

        private final Random random;

        private Lot(Random random) {
            this.random = random;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            this.random.nextBytes(bytes);
        }

    }

}
