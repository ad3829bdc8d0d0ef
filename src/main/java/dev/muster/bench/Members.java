package dev.muster.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.gateway.ServiceControl;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.Revision;
import dev.muster.group.RevisionStatus;
import dev.muster.group.Until;
import dev.muster.node.Node;
import dev.muster.node.NodeOptions;
import dev.muster.node.NodePlan;
import dev.muster.node.UpdateOptions;
import dev.muster.ring.Endpoint;
import dev.muster.ring.RingConfig;
import dev.muster.ring.Timings;
import dev.muster.service.Backoff;
import dev.muster.service.Rung;
import dev.muster.service.ServiceSpec;
import dev.muster.service.Surroundings;
import dev.muster.store.RootLayout;

/**
 * A ring of whole members in this JVM, each with a root directory, a log on disk and a
 * service of its own. The first one accepts the changes.
 */
final class Members implements AutoCloseable {

    static final GroupName GROUP = GroupName.parse("probe.bench");

    private static final int ELSEWHERE = 20;

    private final Deque<Node> opened = new ArrayDeque<>();

    private final List<Node> nodes = new ArrayList<>();

    private final int size;

    private final RingConfig.Transport transport;

    private final Path directory;

    private final Path packages;

    private final Loopback loopback;

    private final String ring = "bench-" + Long.toHexString(new SecureRandom().nextLong());

    private volatile Change awaited = new Change(0, 0);

    /**
     * Nobody yet.
     * @throws BenchFailure when there is no address for them
     */
    Members(int size, RingConfig.Transport transport, Path directory, Path packages) throws BenchFailure {
        this.size = size;
        this.transport = transport;
        this.directory = directory;
        this.packages = packages;
        this.loopback = Loopback.choose();
    }

    /** Those that have been started. */
    List<Node> nodes() {
        return List.copyOf(this.nodes);
    }

    /** How many have been started. */
    int started() {
        return this.nodes.size();
    }

    /**
     * Starts one more; it finds the others later.
     * @throws IOException when it cannot start
     */
    void startAnother() throws IOException {
        Node node = new Node(plan(this.nodes.size()), (line) -> {
        }, (conflict) -> {
        });
        this.opened.push(node);
        this.nodes.add(node);
    }

    private NodePlan plan(int number) {
        Endpoint gossip = this.loopback.endpoint(number);
        // Nobody listens there: members are measured without their gateways.
        Endpoint http = new Endpoint(gossip.host(), NodeOptions.HTTP_PORT);
        Endpoint control = new Endpoint(gossip.host(), NodeOptions.CTL_PORT);
        List<Endpoint> peers = (number == 0) ? List.of() : List.of(this.loopback.endpoint(0));
        NodeOptions options = new NodeOptions(Optional.empty(), this.ring, "member-" + number, Map.of(),
                Optional.empty(), gossip, http, control, gossip, gossip.host(), peers, Optional.empty(), false, false,
                true, peers.isEmpty() ? Duration.ZERO : Duration.ofSeconds(10), Backoff.USUAL, false, false,
                NodeOptions.USUAL_FILE_RATE, UpdateOptions.USUAL);
        IdleProcesses processes = new IdleProcesses(ProbePackage.CONFIG_FILE,
                (text, at) -> this.awaited.rendered(text, at));
        return new NodePlan(new RootLayout(this.directory.resolve("root-" + number)), options, List.of(this.packages),
                Map.of(), Optional.empty(), this.transport, Timings.DEFAULT, processes, Surroundings.DEFAULT_SETTLE);
    }

    /** How many members see all others that have been started. */
    int whole() {
        return (int) this.nodes.stream()
            .filter((node) -> node.replica().view().members().size() == this.nodes.size())
            .count();
    }

    /** Loads the service on every member. */
    void load() {
        for (Node node : this.nodes) {
            ServiceControl services = node.localServices();
            services.load(ServiceSpec.of(ProbePackage.IDENT).withGroup("bench"), false);
        }
    }

    /** How many members know that the service of every member runs. */
    int running() {
        return (int) this.nodes.stream().filter((node) -> isEverywhere(node, (member) -> true)).count();
    }

    private boolean isEverywhere(Node seenFrom, Predicate<MemberState> what) {
        Optional<GroupSnapshot> group = seenFrom.registry().group(GROUP);
        return group.isPresent() && group.get().members().size() == this.size
                && group.get()
                    .members()
                    .values()
                    .stream()
                    .allMatch((member) -> member.present()
                            && member.state().filter((state) -> state.process().equals("up")).filter(what).isPresent());
    }

    /**
     * Applies a change at the first member; one at a time.
     * @param number from 1 on, each once
     */
    Change apply(int number) {
        Change change = new Change(number, this.size);
        this.awaited = change;
        change.start(this.nodes.get(0), request(GROUP, number));
        return change;
    }

    /**
     * Applies a change at the first member to a group that nobody runs, of which there
     * are some: so nothing has to wait for what came before it.
     * @param number from 1 on, each once
     * @return completes when it is on the disks of two members
     */
    CompletableFuture<Applied> applyElsewhere(int number) {
        GroupName group = GroupName.parse("probe.elsewhere-" + number % ELSEWHERE);
        return this.nodes.get(0).registry().apply(request(group, number));
    }

    private static ApplyRequest request(GroupName group, int number) {
        byte[] layer = ProbePackage.layer(number);
        String hash = Content.hash(Toml.parse(new String(layer, StandardCharsets.UTF_8)));
        return new ApplyRequest(group, OptionalLong.empty(), null, layer, hash, "bench", null);
    }

    /** Whether every member knows that the service of every member has taken it. */
    boolean isOver(Revision revision) {
        return this.nodes.stream()
            .allMatch((node) -> isEverywhere(node,
                    (state) -> (state.rung() == Rung.RECONFIGURED || state.rung() == Rung.HEALTHY)
                            && revision.id().equals(state.revision())));
    }

    /** How many bytes have come in from others, at all members together. */
    long bytesIn() {
        return this.nodes.stream().mapToLong((node) -> node.ringStatus().bytesIn()).sum();
    }

    /**
     * How many bytes all members together have given to the network, with headers and
     * heartbeats.
     */
    long wireBytes() {
        return this.nodes.stream().mapToLong((node) -> node.ringStatus().wireBytesOut()).sum();
    }

    /** How many bytes the log of the first member has. */
    long logBytes() throws IOException {
        return Directory.bytes(this.nodes.get(0).root().layout().facts());
    }

    /** Those that joined last leave first. */
    @Override
    public void close() {
        while (!this.opened.isEmpty()) {
            this.opened.pop().close();
        }
    }

    /** One change on its way; times are those of {@link System#nanoTime}. */
    static final class Change {

        private final int number;

        private final CompletableFuture<Revision> accepted = new CompletableFuture<>();

        private final CompletableFuture<RevisionStatus> received = new CompletableFuture<>();

        private final CompletableFuture<Void> rendered = new CompletableFuture<>();

        /** Guarded by this. */
        private int missing;

        private volatile long startedAt;

        private volatile long acceptedAt;

        private volatile long receivedAt;

        private volatile long renderedAt;

        private Change(int number, int members) {
            this.number = number;
            this.missing = members;
        }

        private void start(Node node, ApplyRequest request) {
            this.startedAt = System.nanoTime();
            node.registry().apply(request).whenComplete((applied, failure) -> {
                this.acceptedAt = System.nanoTime();
                if (failure != null) {
                    this.accepted.completeExceptionally(failure);
                    this.received.completeExceptionally(failure);
                }
                else {
                    accepted(node, applied);
                }
            });
        }

        private void accepted(Node node, Applied applied) {
            this.accepted.complete(applied.revision());
            node.registry()
                .status(GROUP, applied.revision().id(), Until.RECEIVED, ApplyBench.CHANGE.limit())
                .thenAccept((status) -> {
                    this.receivedAt = System.nanoTime();
                    this.received.complete(status.orElseThrow());
                });
        }

        private void rendered(String text, long at) {
            if (!ProbePackage.isRenderedFrom(this.number, text)) {
                return;
            }
            boolean last;
            synchronized (this) {
                this.renderedAt = (this.renderedAt == 0) ? at : Math.max(this.renderedAt, at);
                this.missing--;
                last = this.missing == 0;
            }
            if (last) {
                this.rendered.complete(null);
            }
        }

        int number() {
            return this.number;
        }

        /** Completes when it is on the disks of two members. */
        CompletableFuture<Revision> accepted() {
            return this.accepted;
        }

        /** Completes when every member has it on disk and has answered, or never. */
        CompletableFuture<RevisionStatus> received() {
            return this.received;
        }

        /** Completes when every member has written its files. */
        CompletableFuture<Void> rendered() {
            return this.rendered;
        }

        long untilAccepted() {
            return this.acceptedAt - this.startedAt;
        }

        long untilReceived() {
            return this.receivedAt - this.startedAt;
        }

        long untilRendered() {
            return this.renderedAt - this.startedAt;
        }

    }

}
