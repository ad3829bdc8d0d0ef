package dev.muster.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.muster.election.ElectionStanding;
import dev.muster.election.VoterList;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.MemberId;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * How the elections stand that this member takes part in, a row for each group. Rows come
 * when a group's election is first heard of, and go when the group has let this member
 * go.
 */
final class ElectionMeters implements MeterBinder {

    private final Elections elections;

    private final ServiceGroupRegistry registry;

    /** By group. */
    private final Map<String, List<Meter>> known = new ConcurrentHashMap<>();

    ElectionMeters(Elections elections, ServiceGroupRegistry registry) {
        this.elections = elections;
        this.registry = registry;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        MultiGauge leaders = MultiGauge.builder("muster.election.leader")
            .description("1 for the member that leads a group, as this node knows")
            .register(meters);
        this.elections.watch((group) -> {
            follow(meters, group);
            leaders.register(leaders(), true);
        });
        this.elections.standings().keySet().forEach((group) -> follow(meters, group));
        leaders.register(leaders(), true);
    }

    private List<MultiGauge.Row<?>> leaders() {
        return this.elections.standings()
            .entrySet()
            .stream()
            .filter((entry) -> entry.getValue().phase() == ElectionStanding.Phase.FINISHED).<MultiGauge
                    .Row<?>>flatMap(
                            (entry) -> entry.getValue()
                                .leader()
                                .map((leader) -> MultiGauge.Row.of(Tags.of("group", entry.getKey(), "member",
                                        leader.hex(), "name", name(entry.getKey(), leader)), 1))
                                .stream())
            .toList();
    }

    private String name(String group, MemberId member) {
        return group(group).map((known) -> known.members().get(member))
            .map(GroupSnapshot.Member::name)
            .orElseGet(() -> member.hex().substring(0, 8));
    }

    private Optional<GroupSnapshot> group(String name) {
        return this.registry.group(GroupName.parse(name));
    }

    private void follow(MeterRegistry meters, String group) {
        if (this.elections.standing(group).isPresent()) {
            this.known.computeIfAbsent(group, (name) -> rows(meters, name));
        }
        else {
            Optional.ofNullable(this.known.remove(group)).ifPresent((rows) -> rows.forEach(meters::remove));
        }
    }

    private List<Meter> rows(MeterRegistry meters, String group) {
        return List.of(
                gauge(meters, group, "muster.election.term", "Greatest term known; the leader's where one leads",
                        () -> standing(group).term()),
                Gauge.builder("muster.election.lease", () -> this.elections.leaseLeft(group).toMillis() / 1000.0)
                    .description("What is left of this node's lease as the group's leader; 0 where it does not lead")
                    .baseUnit("seconds")
                    .tag("group", group)
                    .register(meters),
                gauge(meters, group, "muster.election.voters", "Voters of the group", () -> voters(group).size()),
                gauge(meters, group, "muster.election.voters.present", "Voters that are present", () -> present(group)),
                gauge(meters, group, "muster.election.quorum",
                        "1 where voters enough to elect a leader are present, else 0", () -> quorum(group) ? 1 : 0),
                FunctionCounter.builder("muster.elections.held", this.elections, (from) -> from.held(group))
                    .description("Elections that ended with a leader since this node began")
                    .tag("group", group)
                    .register(meters));
    }

    private boolean quorum(String group) {
        return standing(group).voters().filter((list) -> present(group) >= list.majority()).isPresent();
    }

    private ElectionStanding standing(String group) {
        return this.elections.standing(group).orElse(ElectionStanding.NONE);
    }

    private List<MemberId> voters(String group) {
        return standing(group).voters().map(VoterList::members).map(List::copyOf).orElse(List.of());
    }

    private long present(String group) {
        Optional<GroupSnapshot> now = group(group);
        return voters(group).stream()
            .filter((voter) -> now.map((known) -> known.members().get(voter))
                .filter(GroupSnapshot.Member::present)
                .isPresent())
            .count();
    }

    private static Meter gauge(MeterRegistry meters, String group, String name, String description,
            Supplier<Number> value) {
        return Gauge.builder(name, value).description(description).tag("group", group).register(meters);
    }

}
