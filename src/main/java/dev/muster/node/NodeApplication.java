package dev.muster.node;

import java.time.Clock;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.muster.archive.PackageStore;
import dev.muster.election.ElectionStanding;
import dev.muster.gateway.AuditControl;
import dev.muster.gateway.CandidateControl;
import dev.muster.gateway.ElectionControl;
import dev.muster.gateway.FileControl;
import dev.muster.gateway.GatewayConfiguration;
import dev.muster.gateway.NodeStatus;
import dev.muster.gateway.ReleaseControl;
import dev.muster.gateway.RingKeyControl;
import dev.muster.gateway.RingKeyController;
import dev.muster.gateway.ServiceControl;
import dev.muster.group.Departures;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.key.Tokens;
import dev.muster.ring.RingStatus;
import dev.muster.rumor.Replica;
import dev.muster.service.Services;
import dev.muster.update.Updates;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The node as a Spring application: what its gateways, health and metrics see of it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(GatewayConfiguration.class)
public class NodeApplication {

    @Bean
    ServiceGroupRegistry serviceGroupRegistry(Node node) {
        return node.registry();
    }

    @Bean
    Replica replica(Node node) {
        return node.replica();
    }

    @Bean
    Services services(Node node) {
        return node.services();
    }

    @Bean
    FileControl fileControl(Node node) {
        return node.fileControl();
    }

    @Bean
    Tokens tokens(Node node) {
        return node.tokens();
    }

    @Bean
    Departures departures(Node node) {
        return node.departures();
    }

    @Bean
    AuditControl auditControl(Node node) {
        return node.audit();
    }

    @Bean
    PackageStore packageStore(Node node) {
        return node.packages();
    }

    @Bean
    ServiceControl serviceControl(Node node) {
        return node.localServices();
    }

    @Bean
    ElectionControl electionControl(Node node) {
        return node.recovery();
    }

    @Bean
    Updates updates(Node node) {
        return node.updates();
    }

    @Bean
    CandidateControl candidateControl(Node node) {
        return node.candidates();
    }

    @Bean
    ReleaseControl releaseControl(Node node) {
        return node.releaseSurvey();
    }

    @Bean
    RingKeyController ringKeyController(Node node) {
        return new RingKeyController(node.keyRotation().map(RingKeyControl.class::cast));
    }

    @Bean
    Supplier<NodeStatus> nodeStatus(Node node) {
        return () -> node.status(Version.TEXT);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    HealthIndicator ringHealthIndicator(Node node) {
        return () -> {
            Health.Builder health = node.notReady().isEmpty() ? Health.up() : Health.down();
            node.notReady().stream().findFirst().ifPresent((reason) -> health.withDetail("reason", reason));
            return health.withDetail("members", node.replica().view().members().size()).build();
        };
    }

    @Bean
    HealthIndicator storeHealthIndicator(Node node) {
        return () -> node.storage().writable() ? Health.up().build()
                : Health.down().withDetail("reason", node.storage().reason()).build();
    }

    @Bean
    MeterBinder nodeMeters(Node node) {
        return (meters) -> {
            gauge(meters, "muster.ring.members", "Members present, this one included",
                    () -> node.replica().view().members().size());
            gauge(meters, "muster.groups", "Service groups known", () -> node.registry().groups().size());
            gauge(meters, "muster.revisions.lost", "Kept revisions over which another one has won",
                    () -> node.registry().groups().values().stream().mapToInt((group) -> group.lost().size()).sum());
            gauge(meters, "muster.members.away", "Members of groups that are not present",
                    () -> node.registry()
                        .groups()
                        .values()
                        .stream()
                        .flatMap((group) -> group.members().values().stream())
                        .filter((member) -> !member.present())
                        .map(GroupSnapshot.Member::id)
                        .distinct()
                        .count());
            gauge(meters, "muster.services", "Services loaded on this node", () -> node.services().statuses().size());
            gauge(meters, "muster.services.up", "Services whose process runs",
                    () -> node.services().statuses().stream().filter((status) -> status.pid().isPresent()).count());
            gauge(meters, "muster.elections.leading", "Groups that this node leads",
                    () -> elections(node, (standing) -> standing.leading()));
            gauge(meters, "muster.elections.leaderless",
                    "Groups with topology leader in which this node knows of no leader",
                    () -> elections(node, (standing) -> standing.phase() != ElectionStanding.Phase.FINISHED));
            gauge(meters, "muster.elections.without.quorum", "Groups with topology leader that have too few voters",
                    () -> elections(node, (standing) -> standing.phase() == ElectionStanding.Phase.NO_QUORUM));
            gauge(meters, "muster.store.facts", "Facts held", () -> node.replica().holding().facts());
            gauge(meters, "muster.store.bytes", "Bytes of the facts held", () -> node.replica().holding().bytes());
            gauge(meters, "muster.store.writable", "1 when the log takes changes, else 0",
                    () -> node.storage().writable() ? 1 : 0);
            counter(meters, "muster.facts.refused", "Facts of others that were refused", node,
                    (from) -> from.replica().refused());
            ring(meters, node);
        };
    }

    @Bean
    MeterBinder electionMeters(Node node) {
        return new ElectionMeters(node.elections(), node.registry());
    }

    private static void ring(MeterRegistry meters, Node node) {
        gauge(meters, "muster.ring.sending", "Messages that wait to be sent", () -> node.ringStatus().waiting());
        ringCounter(meters, "muster.ring.messages.out", "Messages sent", node, RingStatus::messagesOut);
        ringCounter(meters, "muster.ring.messages.in", "Messages received", node, RingStatus::messagesIn);
        ringCounter(meters, "muster.ring.bytes.out", "Bytes of the messages sent", node, RingStatus::bytesOut);
        ringCounter(meters, "muster.ring.wire.bytes.out", "Bytes given to the network, headers and heartbeats included",
                node, RingStatus::wireBytesOut);
        ringCounter(meters, "muster.ring.bytes.in", "Bytes of the messages received", node, RingStatus::bytesIn);
        ringCounter(meters, "muster.ring.dropped", "Messages not delivered", node, RingStatus::dropped);
        ringCounter(meters, "muster.ring.rejected", "Attempts to take part that were turned away", node,
                RingStatus::rejected);
        ringCounter(meters, "muster.ring.suspected", "Suspicions of members", node, RingStatus::suspected);
        ringCounter(meters, "muster.ring.merges", "Rings that had been apart and became one", node, RingStatus::merges);
    }

    private static long elections(Node node, Predicate<ElectionStanding> which) {
        return node.elections().standings().values().stream().filter(which).count();
    }

    private static void gauge(MeterRegistry meters, String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(meters);
    }

    private static void ringCounter(MeterRegistry meters, String name, String description, Node node,
            java.util.function.ToLongFunction<RingStatus> value) {
        counter(meters, name, description, node, (from) -> value.applyAsLong(from.ringStatus()));
    }

    private static void counter(MeterRegistry meters, String name, String description, Node node,
            java.util.function.ToDoubleFunction<Node> value) {
        FunctionCounter.builder(name, node, value).description(description).register(meters);
    }

}
