package dev.muster.node;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import dev.muster.archive.InstallHooks;
import dev.muster.archive.Limits;
import dev.muster.archive.PackageStore;
import dev.muster.archive.PublicKeys;
import dev.muster.archive.ReleaseUse;
import dev.muster.archive.SourcedPackages;
import dev.muster.gateway.AuditControl;
import dev.muster.gateway.FileControl;
import dev.muster.gateway.NodeStatus;
import dev.muster.group.DepartureFacts;
import dev.muster.group.Departures;
import dev.muster.group.GroupFacts;
import dev.muster.group.HeldFiles;
import dev.muster.group.HeldReleases;
import dev.muster.group.MemberState;
import dev.muster.group.ReleaseProposals;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.key.NodeKey;
import dev.muster.key.Sealing;
import dev.muster.key.Signatures;
import dev.muster.key.TokenFacts;
import dev.muster.key.Tokens;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackagePath;
import dev.muster.process.MachineClock;
import dev.muster.process.OsAccounts;
import dev.muster.process.PolledLogFiles;
import dev.muster.ring.IdConflict;
import dev.muster.ring.JGroupsRing;
import dev.muster.ring.RingConfig;
import dev.muster.ring.RingListener;
import dev.muster.ring.RingStatus;
import dev.muster.rumor.Admission;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import dev.muster.service.Hook;
import dev.muster.service.InstallsUnderWay;
import dev.muster.service.PackageHooks;
import dev.muster.service.ProcessState;
import dev.muster.service.ServiceContext;
import dev.muster.service.ServiceOutput;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import dev.muster.service.Surroundings;
import dev.muster.store.AuditLog;
import dev.muster.store.Condition;
import dev.muster.store.Damage;
import dev.muster.store.DiskContentStore;
import dev.muster.store.DiskFactLog;
import dev.muster.source.Sources;
import dev.muster.store.KeyCache;
import dev.muster.store.OwnReleaseFiles;
import dev.muster.store.RootDirectory;
import dev.muster.store.SealingKey;
import dev.muster.store.VoteFiles;
import dev.muster.update.Updates;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a ring, whole but for its gateways: root directory, log, ring, groups and
 * services, wired together. Opening it binds the gossip address and reads the store; from
 * then on joining goes on beside it.
 */
public final class Node implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private static final Duration LAST_REPORTS = Duration.ofSeconds(2);

    private static final int SOURCE_THREADS = 4;

    private final NodePlan plan;

    /** What has been opened, the last one first, to be closed in that order. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final List<Damage> damage = new CopyOnWriteArrayList<>();

    private final SecureRandom secureRandom = new SecureRandom();

    private final Map<String, LoopThread> serviceLoops = new ConcurrentHashMap<>();

    private final AtomicBoolean closed = new AtomicBoolean();

    private final RootDirectory root;

    private final MemberId id;

    private final long incarnation;

    private final DiskFactLog factLog;

    private final Replica replica;

    private final ServiceGroupRegistry registry;

    private final Services services;

    private final PackageStore packages;

    private final LocalServices localServices;

    private final Tokens tokens;

    private final Departures departures;

    private final AuditLogs audit;

    private final LocalFiles localFiles;

    private final Updates updates;

    private final Elections elections;

    private final Recovery recovery;

    private final Candidates candidates;

    private final ReleaseSurvey releaseSurvey;

    private final JGroupsRing ring;

    /** Elections may have something to say before there is a ring to say it in. */
    private volatile @Nullable JGroupsRing electionRing;

    private final Optional<KeyRotation> keyRotation;

    /**
     * Opens a node; when this fails, nothing of it is left open.
     * @param output hears every line of services and hooks
     * @param gaveWay hears, once at most, that another process is this member
     * @throws dev.muster.store.RootInUseException when another node has the root
     * @throws dev.muster.store.UnusableRootException when the root cannot be written
     * @throws dev.muster.ring.ListenFailedException when the gossip address is in use
     * @throws IOException when the store cannot be read, or the ring not started
     */
    public Node(NodePlan plan, ServiceOutput output, Consumer<IdConflict> gaveWay) throws IOException {
        this.plan = plan;
        try {
            this.root = open(RootDirectory.claim(plan.root(), this.secureRandom));
            NodeKey key = NodeKey.loadOrCreate(plan.root().nodeKey(), this.secureRandom);
            this.id = key.id();
            this.root.recordMemberId(this.id);
            Sealing sealing = SealingKey.loadOrCreate(plan.root(), this.secureRandom);
            LoopThread loop = open(LoopThread.held("muster-node"));
            ExecutorService reader = executor("muster-reader");
            ExecutorService contents = executor("muster-contents");
            LogHandle handle = new LogHandle();
            this.replica = new Replica(this.id, handle, loop, new Random(this.secureRandom.nextLong()), reader,
                    executor("muster-checker"), admission());
            this.registry = new ServiceGroupRegistry(this.id, plan.options().name(), key, this.replica, handle, loop);
            this.tokens = new Tokens(this.replica, loop);
            this.departures = new Departures(this.id, this.replica, loop);
            this.audit = new AuditLogs(this.id, open(AuditLog.open(plan.root().audit(), this.id.hex())), this.replica,
                    LocalFiles.untilTheEnd(executor("muster-audit")), loop.clock());
            this.audit.begin();
            this.registry.listen(this.audit);
            this.factLog = open(
                    DiskFactLog.open(plan.root().facts(), sealing, loop.clock(), this.replica::load, this::damaged));
            handle.opened(this.factLog);
            this.incarnation = this.root.raiseIncarnation(this.registry.formerIncarnation());
            this.registry.begin(this.incarnation);
            MemberState.Host host = host(plan.options());
            GroupKeys groupKeys = new GroupKeys(KeyCache.choose(Optional.empty(), plan.environment(), plan.root()));
            this.registry.legibility(groupKeys);
            RingContext context = new RingContext(this.id, host, plan.options().permanentPeer(), this.registry);
            this.localServices = new LocalServices(this.id, host, plan.options().organization(), context, this.registry,
                    groupKeys, contents);
            Surroundings surroundings = surroundings(plan, context, output);
            this.services = new Services(surroundings);
            this.packages = packages(plan, surroundings);
            this.localServices.attach(this.services);
            ReleaseProposals proposals = new ReleaseProposals(this.id, this.replica, this.registry, loop);
            this.updates = new Updates(this.registry, proposals, Sources::of,
                    new SourcedPackages(this.packages, surroundings.packages()),
                    OwnReleaseFiles.open(plan.root().releases()), loop, LocalFiles.untilTheEnd(sourceAsker()),
                    new Random(this.secureRandom.nextLong()), plan.options().updates().period(),
                    plan.options().updates().keep(), this::moved);
            HeldReleases releases = new HeldReleases(this.id, this.registry, this.updates, loop);
            this.updates.attach(releases);
            this.localServices.attach(this.updates);
            context.attach(this.updates);
            proposals.attach();
            releases.attach();
            this.elections = new Elections(this.id, key, this.replica, loop,
                    open(new LoopThread("muster-elections", MachineClock::uptime)), VoteFiles.open(plan.root().votes()),
                    executor("muster-votes"), new Random(this.secureRandom.nextLong()), this::urge, this::isLonely);
            this.localServices.attach(this.elections);
            context.attach(this.elections);
            this.registry.listen(this.elections);
            this.recovery = new Recovery(this.elections, this.registry, this.replica.inquiries(), loop.clock(),
                    this.secureRandom);
            this.recovery.begin();
            this.candidates = new Candidates(this.id, this.replica.inquiries(), this.registry, this.services, groupKeys,
                    surroundings.packages(), executor("muster-candidates"));
            this.candidates.begin();
            this.releaseSurvey = new ReleaseSurvey(this.replica.inquiries(), this.registry, this.updates);
            this.releaseSurvey.begin();
            this.registry.listen(this.localServices);
            this.replica.listen(this.localServices);
            DiskContentStore store = DiskContentStore.open(plan.root().contents(), sealing, this.secureRandom);
            HeldFiles held = new HeldFiles(this.id, this.replica, this.registry, store, loop,
                    LocalFiles.untilTheEnd(executor("muster-files")), this.replica.inquiries()::ask,
                    plan.options().fileRate(), new Random(this.secureRandom.nextLong()));
            held.attach();
            this.localFiles = new LocalFiles(store, held, groupKeys, executor("muster-copies"));
            this.localServices.attach(this.localFiles);
            loop.begin();
            CompletableFuture.runAsync(held::begin, loop::execute).join();
            CompletableFuture.runAsync(releases::begin, loop::execute).join();
            this.ring = open(new JGroupsRing(ringConfig(plan), key, new Signatures(), new RingListener() {

                @Override
                public void received(MemberId from, byte[] message) {
                    Node.this.replica.received(from, message);
                }

                @Override
                public void changed(RingView view) {
                    Node.this.replica.changed(view);
                }

                @Override
                public void urgent(MemberId from, byte[] message) {
                    Node.this.elections.received(from, message);
                }

                @Override
                public void gaveWay(IdConflict conflict) {
                    gaveWay.accept(conflict);
                }

            }));
            this.replica.start(this.ring);
            this.ring.start();
            this.keyRotation = plan.ringKeys().map((keys) -> rotation(keys, loop.clock()));
            this.electionRing = this.ring;
            this.elections.begin();
            this.localServices.resume(loop, plan.options().startWait());
        }
        catch (IOException | RuntimeException ex) {
            closeOpened();
            throw ex;
        }
    }

    private static Admission admission() {
        GroupFacts groups = new GroupFacts(new Signatures());
        TokenFacts tokens = new TokenFacts();
        DepartureFacts departures = new DepartureFacts();
        return (fact) -> groups.admits(fact) && tokens.admits(fact) && departures.admits(fact);
    }

    private void urge(MemberId to, byte[] message) {
        JGroupsRing used = this.electionRing;
        if (used != null && !used.urge(to, message)) {
            log.debug("Message about an election dropped, too many wait: member={}", to);
        }
    }

    /** Whether it was given peers, and has none. */
    private boolean isLonely() {
        JGroupsRing used = this.electionRing;
        return used == null || (used.status().peersGiven() && used.view().members().size() < 2);
    }

    private KeyRotation rotation(RingKeys keys, InstantSource clock) {
        keys.listen(this.ring::change);
        KeyRotation rotation = new KeyRotation(this.id, keys, this.replica, this.registry, clock, this.secureRandom,
                executor("muster-keys"));
        rotation.begin();
        return rotation;
    }

    /** Changes the ring's keys; empty where it has none. */
    Optional<KeyRotation> keyRotation() {
        return this.keyRotation;
    }

    private <T extends AutoCloseable> T open(T part) {
        this.opened.push(part);
        return part;
    }

    /** Sources wait for others, and one that hangs is not to be waited for by all. */
    private ExecutorService sourceAsker() {
        ExecutorService executor = Executors.newFixedThreadPool(SOURCE_THREADS, (task) -> {
            Thread thread = new Thread(task, "muster-updates");
            thread.setDaemon(true);
            return thread;
        });
        this.opened.push(executor::shutdownNow);
        return executor;
    }

    private ExecutorService executor(String name) {
        ExecutorService executor = Executors.newSingleThreadExecutor((task) -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        this.opened.push(executor::shutdownNow);
        return executor;
    }

    private Surroundings surroundings(NodePlan settings, ServiceContext context, ServiceOutput output)
            throws IOException {
        PolledLogFiles logFiles = open(new PolledLogFiles(PolledLogFiles.DEFAULT_BOUND));
        return new Surroundings(settings.root().root(), settings.options().organization(), settings.environment(),
                new PackagePath(settings.packages()), settings.processes(), logFiles, new OsAccounts(),
                settings.options().allowRootServices(), context, this::serviceLoop,
                new Random(this.secureRandom.nextLong()), settings.options().backoff(), settings.settle(),
                new InstallsUnderWay(), this.localServices::report, output);
    }

    private PackageStore packages(NodePlan settings, Surroundings surroundings) throws IOException {
        PackageHooks hooks = new PackageHooks(surroundings, open(new LoopThread("muster-packages")));
        this.opened.push(hooks::close);
        PackageStore store = new PackageStore(settings.root().packages(),
                settings.root().root().resolve("cache/artifacts"), surroundings.packages(),
                new PublicKeys(settings.root().keys()), (pack, hook) -> outcome(hooks.run(pack, hook(hook))),
                new LocalUse(), Limits.of(settings.environment().get(Limits.VARIABLE)));
        store.clean();
        return store;
    }

    private static Hook hook(String name) {
        return Hook.named(name).orElseThrow(() -> new IllegalArgumentException("There is no hook " + name));
    }

    private static InstallHooks.Outcome outcome(PackageHooks.Result result) {
        return new InstallHooks.Outcome(result.code(), result.text(), result.output());
    }

    private Loop serviceLoop(String name) {
        return this.serviceLoops.computeIfAbsent(name, (service) -> new LoopThread("muster-service-" + service));
    }

    private RingConfig ringConfig(NodePlan settings) {
        NodeOptions options = settings.options();
        byte[] nonce = new byte[8];
        this.secureRandom.nextBytes(nonce);
        RingConfig.Self self = new RingConfig.Self(options.name(), options.labels(), this.incarnation,
                HexFormat.of().formatHex(nonce));
        RingConfig config = new RingConfig(options.ring(), options.gossip(), options.advertised(), options.peers(),
                self, settings.root().data().resolve("PEERS"), settings.transport(), settings.timings(),
                RingConfig.Limits.DEFAULT, settings.ringKeys().map(RingKeys::credentials));
        return options.peerFile().map(config::with).orElse(config);
    }

    /** What a client of the read gateway must bring, if anything. */
    Optional<String> gatewayToken() {
        return gatewayToken(this.plan.environment());
    }

    static Optional<String> gatewayToken(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("HAB_SUP_GATEWAY_AUTH_TOKEN"))
            .map(String::strip)
            .filter((token) -> !token.isEmpty());
    }

    private static MemberState.Host host(NodeOptions options) {
        return new MemberState.Host(options.name(), options.sysIp(), options.advertised().host(),
                options.advertised().port(), reachable(options, options.http().host()), options.http().port(),
                reachable(options, options.ctl().host()), options.ctl().port());
    }

    /** A wildcard is nothing that others could connect to. */
    private static String reachable(NodeOptions options, String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress() ? options.sysIp() : host;
        }
        catch (IOException ex) {
            return host;
        }
    }

    private void damaged(Damage found) {
        log.warn("Damaged record set aside, other members will be asked for it: {}", found);
        this.damage.add(found);
        found.fact().ifPresent(this.replica::damaged);
    }

    public MemberId id() {
        return this.id;
    }

    public NodeOptions options() {
        return this.plan.options();
    }

    public RootDirectory root() {
        return this.root;
    }

    public Replica replica() {
        return this.replica;
    }

    public ServiceGroupRegistry registry() {
        return this.registry;
    }

    public Services services() {
        return this.services;
    }

    public PackageStore packages() {
        return this.packages;
    }

    public LocalServices localServices() {
        return this.localServices;
    }

    public FileControl fileControl() {
        return this.localFiles;
    }

    /** Who else may use the gateways. */
    public Tokens tokens() {
        return this.tokens;
    }

    /** Who will not come back. */
    public Departures departures() {
        return this.departures;
    }

    /** A service is to run another release of its own accord. On the loop. */
    private void moved(String service) {
        this.services.releaseChanged(service);
        this.services.statuses()
            .stream()
            .filter((status) -> status.name().equals(service))
            .forEach((status) -> this.updates.ownRelease(service)
                .ifPresent((release) -> this.audit.moved(status.group(), release)));
    }

    AuditControl audit() {
        return this.audit;
    }

    Recovery recovery() {
        return this.recovery;
    }

    /** New releases of packages. */
    public Updates updates() {
        return this.updates;
    }

    Elections elections() {
        return this.elections;
    }

    Candidates candidates() {
        return this.candidates;
    }

    ReleaseSurvey releaseSurvey() {
        return this.releaseSurvey;
    }

    public RingStatus ringStatus() {
        return this.ring.status();
    }

    /** Whether the log takes changes, and why not. */
    public Condition storage() {
        return this.factLog.condition();
    }

    /** Why this node should not be used yet, in sentences; empty when it may be. */
    public List<String> notReady() {
        RingStatus status = this.ring.status();
        List<String> reasons = new ArrayList<>();
        if (status.peersGiven() && !status.peerSeen()) {
            reasons.add("none of the peers has been seen yet, they are tried on and on: " + status.peers()
                .stream()
                .map((peer) -> peer.peer() + " (" + peer.result() + ")")
                .collect(Collectors.joining(", ")));
        }
        if (!status.settled()) {
            reasons.add("another process that holds this member's id is being asked whether it lives");
        }
        return reasons;
    }

    /** This node at this moment. */
    public NodeStatus status(String version) {
        NodeOptions options = this.plan.options();
        List<String> reasons = notReady();
        Condition storage = storage();
        return new NodeStatus(this.id.hex(), options.name(), options.ring(), version, ProcessHandle.current().pid(),
                reasons.isEmpty(), reasons, options.advertised().toString(), options.ctl().toString(),
                options.http().toString(), this.ring.status().peersGiven(), this.plan.root().root().toString(),
                this.incarnation, storage.writable() ? "writable" : storage.reason(),
                this.damage.stream().map(Damage::toString).toList(),
                this.ring.status()
                    .peers()
                    .stream()
                    .map((peer) -> new NodeStatus.Peer(peer.peer(), peer.from(), peer.reached(), peer.result()))
                    .toList());
    }

    /**
     * Ends the node.
     * @param stopServices whether its services end with it, within their own grace;
     * otherwise they run on, and the next node on this root takes them back
     */
    public void close(boolean stopServices) {
        if (this.closed.getAndSet(true)) {
            return;
        }
        this.localServices.end();
        this.elections.end();
        this.services.close(stopServices).join();
        if (stopServices) {
            this.localServices.awaitReports(LAST_REPORTS);
        }
        closeOpened();
        this.serviceLoops.values().forEach(LoopThread::close);
    }

    /** Leaves the services running. */
    @Override
    public void close() {
        close(false);
    }

    private void closeOpened() {
        while (!this.opened.isEmpty()) {
            AutoCloseable part = this.opened.pop();
            try {
                part.close();
            }
            catch (Exception ex) {
                log.warn("Could not close in order: part={} reason={}", part.getClass().getSimpleName(), ex.toString());
            }
        }
    }

    /** Of those that are not to be removed: who stands in the way. */
    private final class LocalUse implements ReleaseUse {

        /** Services that run exactly this release, or are about to. */
        @Override
        public List<String> runBy(PackageIdent release) {
            return Node.this.services.statuses()
                .stream()
                .filter((status) -> status.state() != ProcessState.DOWN && status.ident().equals(release))
                .map(ServiceStatus::name)
                .toList();
        }

        @Override
        public List<Claim> claims(PackageIdent release) {
            return Node.this.updates.claims(release)
                .entrySet()
                .stream()
                .map((claim) -> new Claim(claim.getKey().toString(), claim.getKey().service(), claim.getValue()))
                .toList();
        }

    }

}
