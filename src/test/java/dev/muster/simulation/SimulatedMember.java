package dev.muster.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import dev.muster.group.Allowed;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.DepartureFacts;
import dev.muster.group.Departures;
import dev.muster.group.GroupFacts;
import dev.muster.group.GroupListener;
import dev.muster.group.GroupName;
import dev.muster.group.MemberState;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Ring;
import dev.muster.rumor.RingView;
import dev.muster.service.Rung;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A member whose disk outlives it, with services that only remember what they were given.
 */
class SimulatedMember {

    /** How long its services take to stop, in order. */
    private static final Duration STOPPING = Duration.ofMillis(300);

    private final Simulation simulation;

    private final String name;

    /** Of the services that are loaded: they outlive a crash, as spec files do. */
    private final Set<GroupName> groups;

    private final Signer signer;

    private final MemberId id;

    private final SimulatedDisk disk;

    /** How the service of a group is; it outlives its node, as processes do. */
    private final Map<GroupName, SimulatedService> services = new TreeMap<>();

    /** What this member was told to hold, in all its lives. */
    private final List<Applied> told = new ArrayList<>();

    /** How far its wall clock is from the true time. */
    private long skewMillis;

    private long incarnation;

    private int life;

    private boolean alive;

    private Replica replica;

    private ServiceGroupRegistry registry;

    private Departures departures;

    private Loop loop;

    SimulatedMember(Simulation simulation, String name, List<String> groups) {
        this.simulation = simulation;
        this.name = name;
        this.groups = groups.stream().map(GroupName::parse).collect(Collectors.toCollection(LinkedHashSet::new));
        this.signer = new PlainSigner(name);
        this.id = MemberId.of(this.signer.publicKey());
        this.disk = new SimulatedDisk(simulation);
        this.groups.forEach((group) -> this.services.put(group, new SimulatedService(simulation, this, group)));
        this.skewMillis = simulation.random.nextInt(7_200_000) - 3_600_000;
    }

    void boot() {
        this.simulation.noteWhoIsApart();
        this.life++;
        this.incarnation++;
        this.alive = true;
        MemberLoop loop = new MemberLoop();
        this.loop = loop;
        this.replica = new Replica(this.id, this.disk, loop, new Random(this.simulation.random.nextLong()),
                loop::execute, loop::execute, SimulatedMember::admits);
        this.registry = new ServiceGroupRegistry(this.id, this.name, this.signer, this.replica, this.disk, loop);
        this.departures = new Departures(this.id, this.replica, loop);
        this.departures.own().thenRun(() -> loop.after(STOPPING, this::end));
        this.registry.listen(new GroupListener() {

            @Override
            public void allowedChanged(GroupName group) {
                take(group);
            }

        });
        booting();
        this.disk.facts().forEach(this.replica::load);
        this.registry.begin(this.incarnation);
        this.services.forEach((group, service) -> service.taken()
            .ifPresent((id) -> this.registry.resumed(group, Optional.of(id), true)));
        this.replica.start(new MemberRing());
        this.groups.forEach(this::join);
        resuming();
        this.registry.leaveFormerGroups();
        this.services.keySet().forEach(this::take);
        this.services.values().forEach(SimulatedService::report);
        sees(RingView.of(List.of(peer())));
        this.simulation.membershipChanges();
    }

    private static boolean admits(Fact fact) {
        return new GroupFacts(PlainSigner::verifies).admits(fact) && new DepartureFacts().admits(fact);
    }

    /** Says that another member, or this one, will not come back. */
    CompletableFuture<Departures.Said> depart(SimulatedMember other) {
        return this.departures.depart(other.id, other.name, "alice");
    }

    Departures departures() {
        return this.departures;
    }

    /** It has learned that it has departed. */
    private void end() {
        this.services.values().forEach(SimulatedService::end);
        this.alive = false;
        this.life++;
        this.simulation.gone(this);
    }

    private void join(GroupName group) {
        this.registry.join(group, "core/" + group.service() + "/1/20260101000000");
    }

    /**
     * Replica and registry of this life are there, and have heard of nothing yet: others
     * that listen to them are made here.
     */
    void booting() {
    }

    /** What its disk has is known, and this life has not joined any other group yet. */
    void resuming() {
    }

    /** A service is loaded. */
    void load(String name) {
        GroupName group = GroupName.parse(name);
        if (this.groups.add(group)) {
            this.services.put(group, new SimulatedService(this.simulation, this, group));
            join(group);
            take(group);
            this.services.get(group).report();
        }
    }

    /** A service is unloaded, perhaps while its node does not run. */
    void unload(String name) {
        GroupName group = GroupName.parse(name);
        if (this.groups.remove(group)) {
            this.services.remove(group).end();
            if (this.alive) {
                this.registry.leave(group);
            }
        }
    }

    /** Its wall clock is set to another time. */
    void jumpClock(Duration by) {
        this.skewMillis += by.toMillis();
    }

    /** What its disk holds of this fact is damaged, and it finds out. */
    void damage(Hash fact) {
        this.disk.damage(fact);
        if (this.alive) {
            this.replica.damaged(fact);
        }
    }

    /**
     * The service takes what it may, as it would through the thread that reads the log.
     */
    private void take(GroupName group) {
        SimulatedService service = this.services.get(group);
        if (service != null) {
            // What is damaged is told again once it has been fetched.
            this.registry.allowed(group)
                .filter((allowed) -> !this.disk.isDamaged(allowed.fact()) && maySupply(service, allowed))
                .ifPresent((allowed) -> {
                    try {
                        assertThat(this.disk.read(allowed.fact()).key().subject()).isEqualTo(group.toString());
                        service.take(allowed, said(allowed, this.registry.content(allowed)));
                    }
                    catch (IOException ex) {
                        throw new UncheckedIOException(ex);
                    }
                });
        }
    }

    /** Whether the service has all that it needs to take this. */
    boolean maySupply(SimulatedService service, Allowed allowed) {
        return true;
    }

    /**
     * What a service starts with where nobody says.
     * @param before what it ran last
     */
    String newestInstalled(String before) {
        return before;
    }

    /** By what a service knows whether it can bear it. */
    String said(Allowed allowed, byte[] layer) {
        return new String(layer, StandardCharsets.UTF_8);
    }

    CompletableFuture<Applied> apply(String group, OptionalLong number, String content, String author) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return apply(new ApplyRequest(GroupName.parse(group), number, null, bytes, Hash.of(bytes).hex(), author, null));
    }

    CompletableFuture<Applied> apply(ApplyRequest request) {
        CompletableFuture<Applied> answer = this.registry.apply(request);
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

    /** As {@link #crash}, but a part of what was not synced had reached the disk. */
    void crashWithTornWrites() {
        this.alive = false;
        this.life++;
        this.disk.crash(this.simulation.random);
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

    Set<GroupName> groups() {
        return this.groups;
    }

    Loop loop() {
        return this.loop;
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

    Map<GroupName, SimulatedService> services() {
        return this.services;
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
                simulation.sent(message.length);
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
