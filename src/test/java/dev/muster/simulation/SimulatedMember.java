package dev.muster.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupFacts;
import dev.muster.group.GroupListener;
import dev.muster.group.GroupName;
import dev.muster.group.MemberState;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Ring;
import dev.muster.rumor.RingView;
import dev.muster.service.Rung;

/**
 * A member whose disk outlives it, with services that only remember what they were given.
 */
final class SimulatedMember {

    private final Simulation simulation;

    private final String name;

    private final List<GroupName> groups;

    private final Signer signer;

    private final MemberId id;

    private final SimulatedDisk disk;

    /** What the service of a group runs with, in this life. */
    private final Map<GroupName, Revision> taken = new HashMap<>();

    /** What this member was told to hold, in all its lives. */
    private final List<Applied> told = new ArrayList<>();

    private final long skewMillis;

    private long incarnation;

    private int life;

    private boolean alive;

    private Replica replica;

    private ServiceGroupRegistry registry;

    SimulatedMember(Simulation simulation, String name, List<String> groups) {
        this.simulation = simulation;
        this.name = name;
        this.groups = groups.stream().map(GroupName::parse).toList();
        this.signer = new PlainSigner(name);
        this.id = MemberId.of(this.signer.publicKey());
        this.disk = new SimulatedDisk(simulation);
        this.skewMillis = simulation.random.nextInt(7_200_000) - 3_600_000;
    }

    void boot() {
        this.life++;
        this.incarnation++;
        this.alive = true;
        this.taken.clear();
        MemberLoop loop = new MemberLoop();
        this.replica = new Replica(this.id, this.disk, loop, new Random(this.simulation.random.nextLong()),
                loop::execute, new GroupFacts(PlainSigner::verifies));
        this.registry = new ServiceGroupRegistry(this.id, this.name, this.signer, this.replica, this.disk, loop);
        this.registry.listen(new GroupListener() {

            @Override
            public void revised(GroupName group, Revision current) {
                take(group, current);
            }

        });
        this.disk.facts().forEach(this.replica::load);
        this.registry.begin(this.incarnation);
        this.replica.start(new MemberRing());
        this.groups.forEach((group) -> this.registry.join(group, "core/" + group.service() + "/1/20260101000000"));
        sees(RingView.of(List.of(peer())));
        this.simulation.membershipChanges();
    }

    private void take(GroupName group, Revision revision) {
        if (!this.groups.contains(group)) {
            return;
        }
        Revision before = this.taken.put(group, revision);
        if (before != null && before.compareTo(revision) >= 0) {
            throw new IllegalStateException(this.name + " went back from " + before.id() + " to " + revision.id());
        }
        report(group, revision, Rung.RENDERED);
        int started = this.life;
        this.simulation.at(Duration.ofMillis(this.simulation.random.nextInt(400)), () -> {
            if (this.alive && this.life == started && revision.equals(this.taken.get(group))) {
                report(group, revision, Rung.HEALTHY);
            }
        });
    }

    private void report(GroupName group, Revision revision, Rung rung) {
        this.registry.report(group, new MemberState("core/" + group.service() + "/1/20260101000000", "up", "up", 1,
                null, "Ok", revision.id(), revision.contentHash(), rung, null, "standalone", Map.of(),
                new MemberState.Host(this.name, "127.0.0.1", "127.0.0.1", 9638, "127.0.0.1", 9631, "127.0.0.1", 9632)));
    }

    CompletableFuture<Applied> apply(String group, OptionalLong number, String content, String author) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        CompletableFuture<Applied> answer = this.registry
            .apply(new ApplyRequest(GroupName.parse(group), number, null, bytes, Hash.of(bytes).hex(), author, null));
        answer.thenAccept(this.told::add);
        return answer;
    }

    /** The process is killed; what its disk had not synced is gone. */
    void crash() {
        this.alive = false;
        this.life++;
        this.disk.crash();
        this.simulation.membershipChanges();
    }

    void sees(RingView view) {
        this.replica.changed(view);
    }

    void diskFull(boolean full) {
        this.disk.full(full);
    }

    MemberId id() {
        return this.id;
    }

    String name() {
        return this.name;
    }

    boolean alive() {
        return this.alive;
    }

    List<GroupName> groups() {
        return this.groups;
    }

    SimulatedDisk disk() {
        return this.disk;
    }

    ServiceGroupRegistry registry() {
        return this.registry;
    }

    Replica replica() {
        return this.replica;
    }

    Map<GroupName, Revision> taken() {
        return this.taken;
    }

    List<Applied> told() {
        return this.told;
    }

    RingView.Peer peer() {
        return new RingView.Peer(this.id, this.name, this.incarnation, "%016x".formatted(this.incarnation),
                "127.0.0.1:9638", Map.of());
    }

    private final class MemberLoop implements Loop {

        private final int lifeOfThis = SimulatedMember.this.life;

        @Override
        public void execute(Runnable task) {
            post(Duration.ofNanos(1_000), task);
        }

        private Timer post(Duration delay, Runnable task) {
            boolean[] cancelled = new boolean[1];
            SimulatedMember.this.simulation.at(delay, () -> {
                if (!cancelled[0] && SimulatedMember.this.life == this.lifeOfThis) {
                    task.run();
                }
            });
            return () -> cancelled[0] = true;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return post(delay, task);
        }

        @Override
        public Duration uptime() {
            return SimulatedMember.this.simulation.now();
        }

        @Override
        public InstantSource clock() {
            return () -> SimulatedMember.this.simulation.wallClock().plusMillis(SimulatedMember.this.skewMillis);
        }

    }

    private final class MemberRing implements Ring {

        private final int lifeOfThis = SimulatedMember.this.life;

        @Override
        public boolean broadcast(byte[] message) {
            SimulatedMember.this.simulation.members.values()
                .stream()
                .filter((other) -> other != SimulatedMember.this)
                .forEach((other) -> send(other.id, message));
            return true;
        }

        @Override
        public boolean send(MemberId to, byte[] message) {
            Simulation simulation = SimulatedMember.this.simulation;
            MemberId from = SimulatedMember.this.id;
            if (SimulatedMember.this.life == this.lifeOfThis && simulation.reach(from, to) && !simulation.lost()) {
                simulation.at(simulation.latency(), () -> {
                    if (simulation.reach(from, to)) {
                        simulation.members.get(to).replica.received(from, message);
                    }
                });
            }
            return true;
        }

        @Override
        public boolean congested() {
            return false;
        }

    }

}
