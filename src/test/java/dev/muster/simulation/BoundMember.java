package dev.muster.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.config.Toml;
import dev.muster.group.GroupListener;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.Neighbours;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.MemberId;
import dev.muster.service.AppliedConfig;
import dev.muster.service.DesiredState;
import dev.muster.service.GroupMember;
import dev.muster.service.ServiceContext;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import dev.muster.service.ServicesOfMember;
import dev.muster.service.SpecCodec;
import dev.muster.service.TestPackage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A member with real services that may be bound to groups, over processes that outlive
 * the node. Looks at what each process is given when it starts, and knows what it may be.
 */
final class BoundMember extends SimulatedMember {

    /** What templates show where nothing is known of a bind. */
    static final String NOTHING = "none";

    private static final Duration START_WAIT = Duration.ofSeconds(10);

    /** From what is seen to a process that is given it: a burst is one change. */
    private static final Duration LONGEST_TO_RENDER = Duration.ofSeconds(3);

    private final Simulation simulation;

    private final Path root;

    private final ServicesOfMember own;

    /** By service, how its next start, or its process, came to its data. */
    private final Map<String, Given> given = new TreeMap<>();

    private final Map<String, Role> roles = new TreeMap<>();

    BoundMember(Simulation simulation, Path directory, String name) {
        super(simulation, name, List.of());
        this.simulation = simulation;
        this.root = directory.resolve(name);
        String host = "host = '" + name + "'\n";
        this.own = new ServicesOfMember(this.root, Map.of("HAB_DB", host, "HAB_SHOP", host), this::starts);
        for (Role role : Role.values()) {
            new TestPackage(this.own.packages(), "test/" + role.service + "/1.0/20260101000000")
                .with("default.toml", "port = 1\n")
                .with("EXPORTS", "host=host\nport=port\nextra=extra\n")
                .with((role == Role.SHOP) ? "BINDS" : "BINDS_OPTIONAL", role.bind + "=" + role.needs + "\n")
                .with("config/seen",
                        "{{#if bind." + role.bind + "}}{{#each bind." + role.bind + ".members as |m|}}"
                                + "{{m.cfg.host}}:{{m.cfg.port}}:{{m.cfg.extra}} {{/each}}{{else}}none{{/if}}")
                .with("hooks/run", "#!/bin/sh\nexec sleep 600\n");
        }
    }

    @Override
    void booting() {
        ServiceContext context = new Context();
        Services life = this.own.boot(loop(), context, this::reported);
        Neighbours neighbours = new Neighbours();
        registry().listen(new GroupListener() {

            @Override
            public void allowedChanged(GroupName group) {
                tell(life, group);
            }

            @Override
            public void changed(GroupSnapshot group) {
                String name = group.name().toString();
                look(group.name());
                if (life.concernedBy(name)) {
                    switch (neighbours.notice(group)) {
                        case LEADER -> life.leaderChanged(name);
                        case MEMBERS -> life.membersChanged(name);
                        case NONE -> assertThat(neighbours).isNotNull();
                    }
                }
            }

        });
        replica().listen(new FactListener() {

            private boolean confirmed;

            @Override
            public void merged(Fact fact, boolean newest) {
                // Comes through the registry.
            }

            @Override
            public void exchanged(MemberId with) {
                if (!this.confirmed) {
                    this.confirmed = true;
                    life.open(true);
                }
            }

        });
    }

    @Override
    void resuming() {
        Services life = this.own.services();
        life.takenBefore()
            .forEach((group, taken) -> registry().resumed(GroupName.parse(group), taken.revision(), taken.runs()));
        registry().groups().keySet().forEach((group) -> tell(life, group));
        life.resume();
        life.statuses().forEach((status) -> {
            GroupName group = GroupName.parse(status.group());
            tell(life, group);
            registry().join(group, status.ident().toString());
        });
        loop().after(START_WAIT, () -> life.open(false));
    }

    private void tell(Services life, GroupName group) {
        registry().allowed(group).ifPresent((allowed) -> {
            try {
                String layer = new String(registry().content(allowed), StandardCharsets.UTF_8);
                life.applied(group.toString(),
                        new AppliedConfig(allowed.id(), allowed.contentHash(), Toml.parse(layer)));
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        });
    }

    private void reported(ServiceStatus status) {
        GroupName group = GroupName.parse(status.group());
        if (!status.loaded()) {
            registry().leave(group);
            return;
        }
        registry().join(group, status.ident().toString());
        registry().report(group, MemberState.of(status,
                new MemberState.Host(name(), "10.0.0.1", "10.0.0.1", 9638, "10.0.0.1", 9631, "10.0.0.1", 9632)));
    }

    void loads(Role role) {
        if (this.roles.put(role.service, role) == null) {
            this.given.put(role.service, new Given());
            this.own.services()
                .load(SpecCodec.read(Map.of("ident", "test/" + role.service, "group", "prod", "binds",
                        List.of(role.bind + ":" + role.to), "binding_mode", role.mode)), false);
        }
    }

    /** Not before the last process of it is gone can it be loaded again. */
    void unloads(Role role) {
        if (this.roles.remove(role.service) != null) {
            this.own.services().unload(role.service, Optional.empty());
        }
    }

    void stops(Role role) {
        if (this.roles.containsKey(role.service)) {
            this.own.services().stop(role.service, Optional.empty());
        }
    }

    /** A start after a stop begins anew. */
    void starts(Role role) {
        if (this.roles.containsKey(role.service)) {
            ServiceStatus status = status(role);
            if (status.spec().desiredState() == DesiredState.DOWN && !this.own.runs(role.service)) {
                this.given.put(role.service, new Given());
            }
            this.own.services().start(role.service);
        }
    }

    /** Its machine loses power: node and processes. */
    void die() {
        crash();
        this.own.kill();
    }

    /** Processes of its services end by themselves. */
    void processesEnd() {
        this.own.kill();
    }

    boolean hasLoaded(Role role) {
        return this.roles.containsKey(role.service);
    }

    boolean runs(Role role) {
        return hasLoaded(role) && this.own.runs(role.service);
    }

    ServiceStatus status(Role role) {
        return this.own.services().status(role.service);
    }

    /** What the process of a service was given. */
    Optional<String> shown(Role role) {
        return Optional.ofNullable(this.given.get(role.service)).map((known) -> known.text);
    }

    /**
     * Whether its services show what they saw last that they may go by, at any moment.
     */
    private void starts(String service) {
        Role role = Role.valueOf(service.toUpperCase(Locale.ROOT));
        Given before = this.given.get(service);
        String text = text(role);
        String what = name() + " starts " + service + " with \"" + text + "\" after " + before;
        look(GroupName.parse(role.to));
        if (before == null) {
            throw new AssertionError(what + ", which is not loaded");
        }
        boolean kept = text.equals(before.text);
        boolean bare = text.equals(NOTHING) && role == Role.DB && (before.text == null || kept);
        if (!kept && !bare) {
            Duration seen = before.satisfied.get(text);
            assertThat(seen).as(what).isNotNull();
            assertThat(this.simulation.now().minus(seen)).as(what).isLessThan(LONGEST_TO_RENDER);
        }
        before.text = text;
    }

    private String text(Role role) {
        try {
            return Files.readString(this.root.resolve("svc/" + role.service + "/config/seen"));
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Notes what those that are bound to a group may show from now on. */
    private void look(GroupName group) {
        this.roles.values().stream().filter((role) -> role.to.equals(group.toString())).forEach((role) -> {
            List<String> members = new ArrayList<>();
            boolean all = true;
            for (GroupSnapshot.Member member : registry().group(group)
                .map((known) -> List.copyOf(known.members().values()))
                .orElse(List.of())) {
                if (member.standing().near() && member.activity() == GroupMember.Activity.RUNNING
                        && member.state().isPresent()) {
                    Map<String, Object> exports = member.state().get().exports();
                    all &= exports.keySet().containsAll(Set.of(role.needs.split(" ")));
                    members.add(role.shows(exports));
                }
            }
            if (all && !members.isEmpty()) {
                Given known = this.given.get(role.service);
                known.satisfied.put(String.join("", members), this.simulation.now());
            }
        });
    }

    /** A service that is bound to the group of the other. */
    enum Role {

        /** Starts without clients. */
        DB("db", "clients", "host port", "shop.prod", "relaxed"),

        /** Needs its databases. */
        SHOP("shop", "database", "host port extra", "db.prod", "strict");

        final String service;

        private final String bind;

        private final String needs;

        private final String to;

        private final String mode;

        Role(String service, String bind, String needs, String to, String mode) {
            this.service = service;
            this.bind = bind;
            this.needs = needs;
            this.to = to;
            this.mode = mode;
        }

        GroupName group() {
            return GroupName.parse(this.service + ".prod");
        }

        /** Whose members it shows. */
        Role other() {
            return (this == DB) ? SHOP : DB;
        }

        /** Whether exports are all that it needs. */
        boolean suits(Map<String, Object> exports) {
            return exports.keySet().containsAll(Set.of(this.needs.split(" ")));
        }

        String shows(Map<String, Object> exports) {
            return exports.getOrDefault("host", "") + ":" + exports.getOrDefault("port", "") + ":"
                    + exports.getOrDefault("extra", "") + " ";
        }

    }

    /** What a service was given. */
    private static final class Given {

        /** Null before its first start. */
        private String text;

        /** When what could be shown was seen last. */
        private final Map<String, Duration> satisfied = new HashMap<>();

        @Override
        public String toString() {
            return "\"" + this.text + "\", having seen " + new TreeSet<>(this.satisfied.keySet());
        }

    }

    /** As the registry has it. */
    private final class Context implements ServiceContext {

        @Override
        public Map<String, Object> sys() {
            return Map.of("hostname", name(), "member_id", id().hex());
        }

        @Override
        public List<GroupMember> others(String serviceGroup) {
            return members(serviceGroup).stream().filter((member) -> !member.memberId().equals(id().hex())).toList();
        }

        @Override
        public List<GroupMember> members(String serviceGroup) {
            return registry().group(GroupName.parse(serviceGroup)).map(Neighbours::of).orElse(List.of());
        }

    }

    /** Changes what a group's members tell. */
    void applies(Role role, String layer) {
        apply(role.group().toString(), OptionalLong.empty(), layer, name());
    }

}
