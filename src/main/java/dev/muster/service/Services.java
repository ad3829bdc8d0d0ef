package dev.muster.service;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.muster.config.Layer;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageNotFoundException;
import dev.muster.pack.UnusablePackageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All services of this node. Every method may be called on any thread; those that change
 * what is loaded write a spec file first and so wait for the disk, readers never wait.
 */
public final class Services {

    private static final Logger log = LoggerFactory.getLogger(Services.class);

    private final Surroundings around;

    private final SpecFiles specFiles;

    /**
     * Held while a spec file and {@link #services} change together, so that they agree;
     * loops take it only to leave the map.
     */
    private final Object loading = new Object();

    private final Map<String, Service> services = new ConcurrentHashMap<>();

    private final Map<String, AppliedConfig> applied = new ConcurrentHashMap<>();

    /** Made when the specs are read for the first time; guarded by {@link #loading}. */
    private @Nullable SpecWatch watch;

    private volatile @Nullable Boolean confirmed;

    public Services(Surroundings around) {
        this.around = around;
        this.specFiles = new SpecFiles(around.root().resolve("sup/default/specs"));
    }

    /**
     * Loads what the spec files name and takes back what still runs of it; to be called
     * once, after the known configurations were {@link #applied} and before anything
     * else. Nothing is started by this. What runs without a spec was unloaded just before
     * the node died, and is stopped.
     * @throws java.io.UncheckedIOException when the directory of specs cannot be read
     */
    public void resume() {
        synchronized (this.loading) {
            this.watch = new SpecWatch(this.specFiles.stamps());
            this.specFiles.readAll().forEach((spec) -> add(spec, true));
            ServiceDirectory.running(this.around.root()).forEach((name, ident) -> {
                if (!this.services.containsKey(name)) {
                    log.info("Unloaded service still runs, or did: service={}", name);
                    add(ServiceSpec.of(ident), false);
                }
            });
        }
    }

    /**
     * Loads a service: checks the package, writes the spec, and leaves the rest to the
     * service's loop. A service that is loaded otherwise is changed only with
     * {@code force}, and stays stopped if it was.
     * @throws dev.muster.pack.PackageNotFoundException when no release is installed
     * @throws dev.muster.pack.UnusablePackageException when it is damaged, or no service
     * @throws RootRefusedException when it would run as root, which this node does not
     * allow
     * @throws ServiceConflictException when it is loaded otherwise, without {@code force}
     * @throws java.io.UncheckedIOException when the spec cannot be written
     */
    public LoadOutcome load(ServiceSpec spec, boolean force) {
        InstalledPackage found = this.around.packages().find(spec.ident());
        Bind.check(found, spec);
        synchronized (this.loading) {
            Service service = this.services.get(spec.name());
            if (service == null || !service.wanted().loaded()) {
                requireAllowedUser(found);
                this.specFiles.write(spec);
                if (service == null) {
                    add(spec, true);
                }
                else {
                    want(service, spec, Optional.empty());
                }
                log.info("Service loaded: group={} ident={}", group(spec), found.ident());
                return LoadOutcome.LOADED;
            }
            Wanted loaded = service.wanted();
            if (loaded.spec().asksTheSameAs(spec)) {
                return LoadOutcome.EQUAL;
            }
            if (!force) {
                throw new ServiceConflictException(spec.name(), loaded.group());
            }
            requireAllowedUser(found);
            ServiceSpec merged = spec.withDesiredState(loaded.spec().desiredState());
            this.specFiles.write(merged);
            want(service, merged, Optional.empty());
            log.info("Service loaded anew: group={} ident={}", group(merged), found.ident());
            return LoadOutcome.LOADED;
        }
    }

    /**
     * Changes some keys of a spec, and nothing else.
     * @param changes by key of the spec file; null brings back the usual value
     * @throws UnknownServiceException when it is not loaded
     * @throws MalformedSpecException when a key is unknown or a value does not fit
     * @throws java.io.UncheckedIOException when the spec cannot be written
     */
    public LoadOutcome update(String name, Map<String, ? extends @Nullable Object> changes) {
        synchronized (this.loading) {
            Service service = loaded(name);
            ServiceSpec before = service.wanted().spec();
            ServiceSpec changed = SpecCodec.change(before, changes);
            if (changed.equals(before)) {
                return LoadOutcome.EQUAL;
            }
            if (!changed.binds().equals(before.binds())) {
                Bind.check(this.around.packages().find(changed.ident()), changed);
            }
            this.specFiles.write(changed);
            want(service, changed, Optional.empty());
            log.info("Service updated: group={} keys={}", group(changed), changes.keySet());
            return LoadOutcome.LOADED;
        }
    }

    /**
     * Does what people did to the spec files since the last look: loads what appeared,
     * changes what changed, unloads what went away. To be called every second or so.
     * @param coming hears of a spec before its service runs by it, without a lock
     * @throws java.io.UncheckedIOException when the directory of specs cannot be read
     */
    public void lookAtSpecs(Consumer<ServiceSpec> coming) {
        Map<String, String> stamps = this.specFiles.stamps();
        if (!this.specFiles.areThere() && !statuses().isEmpty()) {
            // Nobody unloads services by taking away a disk, or a directory for a moment.
            throw new UncheckedIOException("The directory of specs is gone, services stay as they are",
                    new NoSuchFileException(this.around.root().resolve("sup/default/specs").toString()));
        }
        Set<String> edited;
        synchronized (this.loading) {
            edited = (this.watch != null) ? this.watch.look(stamps) : Set.of();
        }
        for (String name : edited) {
            try {
                this.specFiles.read(name).ifPresentOrElse((spec) -> edited(spec, coming), () -> removed(name));
            }
            catch (MalformedSpecException ex) {
                log.warn("Edited spec not taken, the service stays as it is: service={} reason={}", name,
                        ex.getMessage());
            }
        }
    }

    private void edited(ServiceSpec spec, Consumer<ServiceSpec> coming) {
        Service known = this.services.get(spec.name());
        if (known != null && known.wanted().loaded() && known.wanted().spec().equals(spec)) {
            return;
        }
        checkBinds(spec);
        coming.accept(spec);
        synchronized (this.loading) {
            Service service = this.services.get(spec.name());
            if (service == null) {
                add(spec, true);
            }
            else {
                want(service, spec, Optional.empty());
            }
        }
        log.info("Service loaded from its edited spec: group={} ident={}", group(spec), spec.ident());
    }

    private void checkBinds(ServiceSpec spec) {
        try {
            Bind.check(this.around.packages().find(spec.ident()), spec);
        }
        catch (PackageNotFoundException | UnusablePackageException ex) {
            log.debug("Package of an edited spec cannot be used, its start will say so: service={}", spec.name());
        }
    }

    private void removed(String name) {
        synchronized (this.loading) {
            Service service = this.services.get(name);
            if (service != null && service.wanted().loaded() && this.specFiles.read(name).isEmpty()) {
                Wanted before = service.wanted();
                service.want(new Wanted(before.spec(), before.group(), false, Optional.empty()));
                log.info("Service unloaded, its spec is gone: group={}", before.group());
            }
        }
    }

    /**
     * Removes the spec and stops the process; answers before that is over.
     * @param timeout between the stop signal and KILL, in place of the spec's
     * @throws UnknownServiceException when it is not loaded
     */
    public void unload(String name, Optional<Duration> timeout) {
        synchronized (this.loading) {
            Service service = loaded(name);
            this.specFiles.delete(name);
            Wanted before = service.wanted();
            service.want(new Wanted(before.spec(), before.group(), false, timeout));
            log.info("Service unloaded: group={}", before.group());
        }
    }

    /**
     * Asks for the service to run, now and after every start of the node.
     * @throws UnknownServiceException when it is not loaded
     * @throws RootRefusedException when it would run as root, which this node does not
     * allow
     */
    public void start(String name) {
        Service service = loaded(name);
        if (service.status().pid().isEmpty()) {
            try {
                requireAllowedUser(this.around.packages().find(service.wanted().spec().ident()));
            }
            catch (PackageNotFoundException | UnusablePackageException ex) {
                log.debug("Package of a service that is to start cannot be used, its status will say so: service={}",
                        name);
            }
        }
        desire(name, DesiredState.UP, Optional.empty());
    }

    /**
     * Asks for the service to stand still, also after a start of the node; answers before
     * the process is gone.
     * @param timeout between the stop signal and KILL, in place of the spec's
     * @throws UnknownServiceException when it is not loaded
     */
    public void stop(String name, Optional<Duration> timeout) {
        desire(name, DesiredState.DOWN, timeout);
    }

    private void requireAllowedUser(InstalledPackage pack) {
        RunAs runAs;
        try {
            runAs = RunAs.choose(this.around.accounts(), pack);
        }
        catch (StartException ex) {
            // Its start says so, and is tried again until the user is there.
            return;
        }
        Optional<String> objection = runAs.objection(this.around.rootAllowed(), pack);
        if (objection.isPresent()) {
            throw new RootRefusedException(objection.get());
        }
    }

    private void desire(String name, DesiredState desired, Optional<Duration> timeout) {
        synchronized (this.loading) {
            Service service = loaded(name);
            ServiceSpec spec = service.wanted().spec().withDesiredState(desired);
            if (!spec.equals(service.wanted().spec())) {
                this.specFiles.write(spec);
            }
            want(service, spec, timeout);
        }
    }

    /**
     * @throws UnknownServiceException when it is not loaded
     */
    public ServiceStatus status(String name) {
        return loaded(name).status();
    }

    /**
     * What a service and its hooks wrote, and write.
     * @throws UnknownServiceException when it is not loaded
     */
    public LineLog lines(String name) {
        return loaded(name).lines();
    }

    /**
     * The layers that a service's configuration is merged from, as they are now, the
     * weakest first, as they may be shown; an applied one is called as its revision is.
     * Reads files.
     * @throws UnknownServiceException when it is not loaded
     * @throws UnreadableLayerException when its package or a layer cannot be read
     */
    public List<Layer> layers(String name) {
        ServiceStatus status = status(name);
        Order order = order(status, Optional.ofNullable(this.applied.get(status.group())));
        try {
            return new Preparation(this.around, new ServiceDirectory(this.around.root(), name)).layers(status.ident(),
                    order);
        }
        catch (StartException ex) {
            throw new UnreadableLayerException(ex.getMessage(), ex);
        }
    }

    /**
     * By group, what a service took in an earlier run of the node. To be asked before
     * {@link #resume}.
     */
    public Map<String, Taken> takenBefore() {
        Map<String, Taken> taken = new HashMap<>();
        this.specFiles.readAll()
            .forEach((spec) -> new ServiceDirectory(this.around.root(), spec.name()).readState()
                .ifPresent((known) -> taken.put(group(spec),
                        new Taken(known.progress().revision(), known.process().isPresent()))));
        return taken;
    }

    /**
     * What a service took.
     *
     * @param revision of its group's configuration, if it took one
     * @param runs whether its process does, as far as is known
     */
    public record Taken(Optional<String> revision, boolean runs) {
    }

    /**
     * What a configuration would do to a service, without doing it. Reads and renders.
     * @throws UnknownServiceException when it is not loaded
     */
    public Preview preview(String name, AppliedConfig candidate) {
        ServiceStatus status = status(name);
        Order now = order(status, Optional.ofNullable(this.applied.get(status.group())));
        Order then = order(status, Optional.of(candidate.guarded(status.group())));
        return new Foresight(new Preparation(this.around, new ServiceDirectory(this.around.root(), name)))
            .preview(status, now, then);
    }

    /** How long services that failed wait before they are started again. */
    public Backoff backoff() {
        return this.around.backoff();
    }

    private Order order(ServiceStatus status, Optional<AppliedConfig> config) {
        return Order.of(status.spec(), status.group(), config, this.around.context());
    }

    /**
     * A service that takes new releases by itself is to run another one:
     * {@link ServiceContext#ownRelease}.
     */
    public void releaseChanged(String name) {
        Service service = this.services.get(name);
        if (service != null) {
            service.post(Service::releaseChanged);
        }
    }

    /** Every loaded service, by name. */
    public List<ServiceStatus> statuses() {
        return this.services.values()
            .stream()
            .filter((service) -> service.wanted().loaded())
            .map(Service::status)
            .sorted(Comparator.comparing(ServiceStatus::name))
            .toList();
    }

    /**
     * What holds for a group's services now; of any group, since a service may join it
     * later.
     */
    public void applied(String serviceGroup, AppliedConfig config) {
        this.applied.put(serviceGroup, config.guarded(serviceGroup));
        each(serviceGroup, (service) -> service.post(Service::configApplied));
    }

    /** This member's lease as leader of a group has become longer. Never waits. */
    public void leaseRenewed(String serviceGroup) {
        each(serviceGroup, Service::leaseRenewed);
    }

    /**
     * Templates of this group's services, and of those that are bound to it, may see
     * other members now.
     */
    public void membersChanged(String serviceGroup) {
        this.services.values()
            .stream()
            .filter((service) -> concerns(service.wanted(), serviceGroup))
            .forEach((service) -> service.post(Service::membersChanged));
    }

    /** The same, of what cannot wait: somebody else leads. */
    public void leaderChanged(String serviceGroup) {
        this.services.values()
            .stream()
            .filter((service) -> concerns(service.wanted(), serviceGroup))
            .forEach((service) -> service.post(Service::lookNow));
    }

    /** Whether some service here is of this group, or bound to it. */
    public boolean concernedBy(String serviceGroup) {
        return this.services.values().stream().anyMatch((service) -> concerns(service.wanted(), serviceGroup));
    }

    private static boolean concerns(Wanted wanted, String serviceGroup) {
        return wanted.loaded() && (wanted.group().equals(serviceGroup) || Bind.binds(wanted.spec(), serviceGroup));
    }

    private void each(String serviceGroup, Consumer<Service> action) {
        this.services.values()
            .stream()
            .filter((service) -> service.wanted().group().equals(serviceGroup))
            .forEach(action);
    }

    /**
     * From now on services that do not run are started, and changes are taken. May be
     * called again, to confirm later.
     * @param ringConfirmed whether another member was heard; otherwise services are
     * marked {@code unconfirmed}
     */
    public void open(boolean ringConfirmed) {
        this.confirmed = ringConfirmed;
        this.services.values().forEach((service) -> service.post((self) -> self.opened(ringConfirmed)));
    }

    /**
     * Ends all services for this run of the node, side by side; none may be changed
     * afterwards. Their specs stay, so the next run has them again. Called again with
     * false, it leaves those that are not gone yet.
     * @param stopServices whether to stop the processes, or leave them running
     * @return complete when every process is gone, or left
     */
    public CompletableFuture<Void> close(boolean stopServices) {
        synchronized (this.loading) {
            return CompletableFuture.allOf(this.services.values()
                .stream()
                .map((service) -> service.close(stopServices))
                .toArray(CompletableFuture[]::new));
        }
    }

    private void add(ServiceSpec spec, boolean loaded) {
        Service service = new Service(spec, loaded, this.around, this.applied::get, this::retire);
        // Before anyone else can see it: a start that came first would start a second
        // process.
        service.post(Service::resume);
        this.services.put(spec.name(), service);
        Boolean known = this.confirmed;
        if (known != null) {
            service.post((self) -> self.opened(known));
        }
    }

    private void want(Service service, ServiceSpec spec, Optional<Duration> timeout) {
        service.want(new Wanted(spec, group(spec), true, timeout));
    }

    /**
     * On the loop of a service that was unloaded and is down: it may have been loaded
     * again since.
     */
    private void retire(Service service) {
        synchronized (this.loading) {
            if (!service.wanted().loaded()) {
                service.end();
                this.services.remove(service.wanted().spec().name(), service);
            }
        }
    }

    private Service loaded(String name) {
        Service service = this.services.get(name);
        if (service == null || !service.wanted().loaded()) {
            throw new UnknownServiceException(name, statuses().stream().map(ServiceStatus::name).toList());
        }
        return service;
    }

    private String group(ServiceSpec spec) {
        return spec.serviceGroup(this.around.organisation());
    }

}
