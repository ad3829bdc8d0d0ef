package dev.muster.update;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.HeldReleases;
import dev.muster.group.NeededReleases;
import dev.muster.group.NextRelease;
import dev.muster.group.ReleaseOffer;
import dev.muster.group.ReleaseProposals;
import dev.muster.group.ReleaseStore;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.service.AppliedRelease;
import dev.muster.service.DesiredState;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.UpdateCondition;
import dev.muster.service.UpdateStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The releases that services of this node are to run: asks their sources, takes new ones
 * at once where the service does so by itself, and otherwise tells what there is to the
 * group, which moves as a whole. Owned by the node's loop, but for what says otherwise.
 */
public final class Updates implements ReleaseStore {

    private static final Logger log = LoggerFactory.getLogger(Updates.class);

    private final ServiceGroupRegistry registry;

    private final ReleaseProposals proposals;

    private final SourceFinder finder;

    private final ReleaseInstaller installer;

    private final Fetching fetching;

    private final OwnReleases own;

    private final Loop loop;

    private final Executor worker;

    private final RandomGenerator random;

    private final Duration period;

    private final OptionalInt keep;

    private @Nullable HeldReleases held;

    private final Map<String, Followed> services = new TreeMap<>();

    private final Map<SourceAddress, SourceWatch> sources = new HashMap<>();

    /** By group, how its service here was loaded last. */
    private final Map<GroupName, ServiceSpec> specs = new ConcurrentHashMap<>();

    private final Map<String, UpdateStatus> shown = new ConcurrentHashMap<>();

    /**
     * @param worker runs what waits for disk and network; several tasks at a time
     * @param period from one question to a source to the next
     * @param keep how many releases of each package stay on this node; empty for all
     * @param moved hears the name of a service that is to run another release of its own
     */
    public Updates(ServiceGroupRegistry registry, ReleaseProposals proposals, SourceFinder finder,
            ReleaseInstaller installer, OwnReleaseStore store, Loop loop, Executor worker, RandomGenerator random,
            Duration period, OptionalInt keep, Consumer<String> moved) {
        this.registry = registry;
        this.proposals = proposals;
        this.finder = finder;
        this.installer = installer;
        this.fetching = new Fetching(finder, installer);
        this.loop = loop;
        this.worker = worker;
        this.random = random;
        this.period = period;
        this.keep = keep;
        this.own = new OwnReleases(store, installer, loop, worker, moved, this::show);
    }

    /** Before the loop runs, once. */
    public void attach(HeldReleases releases) {
        this.held = releases;
    }

    /**
     * What a service runs that takes releases by itself. Any thread; the first time it
     * waits for the disk.
     */
    public Optional<PackageIdent> ownRelease(String service) {
        return this.own.release(service);
    }

    /** A service of this node has changed. Any thread. */
    public void report(ServiceStatus status) {
        GroupName group = GroupName.parse(status.group());
        if (status.loaded()) {
            this.specs.put(group, status.spec());
        }
        this.loop.execute(() -> heard(status, group));
    }

    /** How a service stands to new releases; empty where it is not loaded. Any thread. */
    public Optional<UpdateStatus> status(String service) {
        return Optional.ofNullable(this.shown.get(service));
    }

    /** Somebody has said that what was not kept may be tried again. Any thread. */
    public void forgive(String service) {
        this.loop.execute(() -> {
            Followed known = this.services.get(service);
            if (known == null) {
                return;
            }
            known.forgiven = this.registry.group(known.group)
                .flatMap(GroupSnapshot::current)
                .map(Revision::number)
                .orElse(0L);
            this.own.forgive(service);
            if (known.source != null) {
                known.source.hasten();
            }
        });
    }

    /**
     * Installs what a service is to be loaded from, where nothing that fits is installed
     * and its spec names a source: the newest release of its channel. Waits, on the
     * thread that asks.
     * @throws SourceFailedException when it cannot be had
     */
    public void provide(ServiceSpec spec) {
        this.fetching.provide(spec);
    }

    /** Whether a spec names a source. */
    public static boolean hasSource(ServiceSpec spec) {
        return SourceAddress.of(spec).isNamed();
    }

    private void heard(ServiceStatus status, GroupName group) {
        Followed before = this.services.get(status.name());
        if (!status.loaded()) {
            if (before != null) {
                forget(before);
                this.own.forget(before.name());
            }
            return;
        }
        this.specs.put(group, status.spec());
        boolean anew = before == null || !before.group.equals(group) || !before.asks(status.spec());
        if (before != null && !before.group.equals(group)) {
            forget(before);
        }
        Followed now = this.services.computeIfAbsent(status.name(), (name) -> new Followed(group, status));
        boolean moved = !now.status.ident().equals(status.ident());
        now.status = status;
        this.own.heard(status);
        if (anew) {
            follow(now);
            HeldReleases releases = this.held;
            if (releases != null) {
                releases.reconsider(group);
            }
        }
        if (anew || moved) {
            consider(now);
        }
    }

    private void forget(Followed former) {
        this.services.remove(former.name());
        this.shown.remove(former.name());
        this.specs.remove(former.group);
        this.proposals.offered(former.group, Optional.empty());
        former.source = null;
        endUnused();
    }

    private void follow(Followed service) {
        ServiceSpec spec = service.status.spec();
        boolean asks = spec.updateStrategy() != UpdateStrategy.NONE && hasSource(spec) && !spec.ident().isRelease();
        service.source = asks ? this.sources.computeIfAbsent(SourceAddress.of(spec), this::watch) : null;
        if (!asks || spec.updateStrategy() != UpdateStrategy.ROLLING) {
            this.proposals.offered(service.group, Optional.empty());
        }
        endUnused();
    }

    private SourceWatch watch(SourceAddress address) {
        SourceWatch watch = new SourceWatch(address, this.finder, this.loop, this.worker, this.random, this.period,
                this::news);
        watch.begin();
        return watch;
    }

    private void endUnused() {
        this.sources.values().removeIf((source) -> {
            boolean unused = this.services.values().stream().noneMatch((service) -> service.source == source);
            if (unused) {
                source.end();
            }
            return unused;
        });
    }

    private void news(SourceWatch source) {
        this.services.values().stream().filter((service) -> service.source == source).forEach((service) -> {
            consider(service);
            clean(service);
        });
    }

    private void consider(Followed service) {
        ServiceSpec spec = service.status.spec();
        SourceWatch source = service.source;
        Optional<PackageIdent> offered = (source != null) ? offered(source, spec) : Optional.empty();
        if (source != null && spec.updateStrategy() == UpdateStrategy.ROLLING) {
            this.proposals.offered(service.group,
                    offered.map((release) -> new ReleaseOffer(release, follows(spec), service.forgiven)));
        }
        if (source != null && spec.updateStrategy() == UpdateStrategy.AT_ONCE && offered.isPresent()
                && spec.desiredState() == DesiredState.UP) {
            this.own.offered(service.status, offered.get(), () -> this.finder.find(source.address().url()),
                    source.channel().orElseThrow());
        }
        show(service.name());
    }

    private static boolean follows(ServiceSpec spec) {
        return spec.updateCondition() == UpdateCondition.TRACK_CHANNEL;
    }

    private static Optional<PackageIdent> offered(SourceWatch source, ServiceSpec spec) {
        return source.channel().flatMap((channel) -> channel.newest(spec.ident())).map(Channel.Entry::release);
    }

    private void show(String name) {
        Followed service = this.services.get(name);
        if (service == null) {
            return;
        }
        ServiceSpec spec = service.status.spec();
        SourceWatch source = service.source;
        Optional<PackageIdent> offered = (source != null) ? offered(source, spec) : Optional.empty();
        this.shown.put(name,
                new UpdateStatus(spec.updateStrategy(), spec.updateCondition(),
                        hasSource(spec) ? Optional.of(spec.builderUrl()) : Optional.empty(), spec.channel(),
                        (source != null) ? source.last() : Optional.empty(), offered, this.own.next(name),
                        note(service, source, offered), this.own.refused(name)));
    }

    private String note(Followed service, @Nullable SourceWatch source, Optional<PackageIdent> offered) {
        ServiceSpec spec = service.status.spec();
        if (spec.updateStrategy() == UpdateStrategy.NONE) {
            return "";
        }
        if (spec.ident().isRelease()) {
            return "is loaded as one release, " + spec.ident() + ", which is never updated";
        }
        if (!hasSource(spec)) {
            return "no source of packages is named: muster svc update " + service.name() + " --url URL";
        }
        if (source == null || source.last().isEmpty()) {
            return "its source has not been asked yet";
        }
        if (offered.isEmpty() && source.channel().isPresent()) {
            return "channel " + spec.channel() + " has no release of " + spec.ident();
        }
        return (spec.updateStrategy() == UpdateStrategy.AT_ONCE) ? this.own.note(service.name()) : "";
    }

    @Override
    public boolean takes(GroupName group, PackageIdent release) {
        ServiceSpec spec = this.specs.get(group);
        return spec != null && AppliedRelease.isTakenBy(spec, release);
    }

    @Override
    public CompletableFuture<Void> bring(GroupName group, PackageIdent release) {
        ServiceSpec spec = this.specs.get(group);
        return CompletableFuture.runAsync(() -> {
            try {
                this.fetching.bring(group.service(), spec, release);
            }
            catch (IOException ex) {
                throw new CompletionException(ex);
            }
        }, this.worker);
    }

    /**
     * Why this member could not run a release that its group were to run; empty where it
     * could, or does not run what the group says. Any thread.
     */
    public CompletableFuture<Optional<String>> obstacle(GroupName group, PackageIdent release) {
        if (!takes(group, release)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        ServiceSpec spec = this.specs.get(group);
        return CompletableFuture.supplyAsync(() -> this.fetching.obstacle(group.service(), spec, release), this.worker);
    }

    /**
     * By group, why it needs a release, of those groups whose services here run what the
     * group says. Any thread.
     */
    public Map<GroupName, String> claims(PackageIdent release) {
        Map<GroupName, String> claims = new TreeMap<>();
        for (GroupName group : this.specs.keySet()) {
            if (takes(group, release)) {
                this.registry.group(group)
                    .flatMap((known) -> Optional.ofNullable(NeededReleases.of(known).why().get(release)))
                    .ifPresent((why) -> claims.put(group, why));
            }
        }
        return claims;
    }

    private void clean(Followed service) {
        PackageIdent running = service.status.ident();
        if (this.keep.isEmpty() || !running.isRelease()) {
            return;
        }
        Set<PackageIdent> needed = needed(service);
        PackageIdent named = new PackageIdent(running.origin(), running.name(), null, null);
        this.worker.execute(() -> this.installer.clean(named, this.keep.getAsInt(), needed));
    }

    /** What runs, what is to run, and what that may be taken back to. */
    private Set<PackageIdent> needed(Followed service) {
        Set<PackageIdent> needed = new LinkedHashSet<>(this.own.needed(service.name()));
        needed.add(service.status.ident());
        this.registry.group(service.group).ifPresent((group) -> {
            needed.addAll(NeededReleases.of(group).why().keySet());
            group.current().flatMap(Revision::replaces).ifPresent(needed::add);
        });
        this.registry.allowed(service.group).flatMap((allowed) -> allowed.release()).ifPresent(needed::add);
        return needed;
    }

    /** What the group is on its way to, as this node sees it. Any thread. */
    public Optional<NextRelease> next(GroupName group) {
        return this.proposals.next(group);
    }

    /** A service that is loaded here. */
    private static final class Followed {

        private final GroupName group;

        private ServiceStatus status;

        private @Nullable SourceWatch source;

        /** What was left with a revision up to this one may be tried again. */
        private long forgiven;

        private Followed(GroupName group, ServiceStatus status) {
            this.group = group;
            this.status = status;
        }

        private String name() {
            return this.status.name();
        }

        /** Whether nothing has changed that says where releases come from, and how. */
        private boolean asks(ServiceSpec spec) {
            ServiceSpec known = this.status.spec();
            return SourceAddress.of(known).equals(SourceAddress.of(spec)) && known.ident().equals(spec.ident())
                    && known.updateStrategy() == spec.updateStrategy()
                    && known.updateCondition() == spec.updateCondition();
        }

    }

}
