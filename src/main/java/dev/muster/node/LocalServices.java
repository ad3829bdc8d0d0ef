package dev.muster.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import dev.muster.gateway.ServiceControl;
import dev.muster.group.Allowed;
import dev.muster.group.GroupListener;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.Neighbours;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.MemberId;
import dev.muster.service.AppliedConfig;
import dev.muster.service.AppliedRelease;
import dev.muster.service.GroupFileSet;
import dev.muster.service.LoadOutcome;
import dev.muster.service.MalformedSpecException;
import dev.muster.service.ServiceContext;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import dev.muster.source.Sources;
import dev.muster.update.Updates;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the groups of the ring and the services of this node: what holds for a group
 * goes to the service that belongs to it, and what becomes of a service goes back as this
 * member's word.
 */
final class LocalServices implements ServiceControl, GroupListener, FactListener {

    private static final Logger log = LoggerFactory.getLogger(LocalServices.class);

    /** How often spec files are looked at, since people may edit them. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final String BUILDER_URL = "bldr_url";

    /** Who says one of these, if only once more, wants it to be tried. */
    private static final Set<String> ABOUT_UPDATES = Set.of("update_strategy", "update_condition", "channel",
            BUILDER_URL);

    private final MemberId self;

    private final MemberState.Host host;

    private final Optional<String> organization;

    private final ServiceContext context;

    private final LoadWarnings warnings;

    private final ServiceGroupRegistry registry;

    private final GroupKeys keys;

    /**
     * One thread that reads content from the log, so that a group's revisions arrive in
     * their order.
     */
    private final Executor contents;

    /** By service name, the group it is known to belong to. */
    private final Map<String, GroupName> joined = new ConcurrentHashMap<>();

    private final Neighbours neighbours = new Neighbours();

    private @Nullable Services services;

    private @Nullable LocalFiles files;

    private @Nullable Elections elections;

    private @Nullable Updates updates;

    private volatile boolean ending;

    /** Whether it was said already; only the thread of {@link #contents} knows. */
    private boolean specsUnreadable;

    private volatile boolean confirmed;

    LocalServices(MemberId self, MemberState.Host host, Optional<String> organization, ServiceContext context,
            ServiceGroupRegistry registry, GroupKeys keys, Executor contents) {
        this.self = self;
        this.host = host;
        this.organization = organization;
        this.context = context;
        this.warnings = new LoadWarnings(self, host.hostname(), registry);
        this.registry = registry;
        this.keys = keys;
        this.contents = contents;
    }

    void attach(Services attached) {
        this.services = attached;
    }

    void attach(LocalFiles attached) {
        this.files = attached;
    }

    void attach(Elections attached) {
        this.elections = attached;
        attached.listen(new Elections.Listener() {

            @Override
            public void changed(String group) {
                services().leaderChanged(group);
            }

            @Override
            public void renewed(String group) {
                services().leaseRenewed(group);
            }

        });
    }

    void attach(Updates attached) {
        this.updates = attached;
    }

    private Updates updates() {
        Updates attached = this.updates;
        if (attached == null) {
            throw new IllegalStateException("Updates are used before they are there");
        }
        return attached;
    }

    private Elections elections() {
        Elections attached = this.elections;
        if (attached == null) {
            throw new IllegalStateException("Elections are used before they are there");
        }
        return attached;
    }

    private LocalFiles files() {
        LocalFiles attached = this.files;
        if (attached == null) {
            throw new IllegalStateException("Files are used before they are there");
        }
        return attached;
    }

    private Services services() {
        Services attached = this.services;
        if (attached == null) {
            throw new IllegalStateException("The services are used before they are there");
        }
        return attached;
    }

    /**
     * Brings back what was loaded: takes running services back at once and starts the
     * others once the ring has been asked, or after {@code startWait}.
     */
    void resume(Loop loop, Duration startWait) {
        services().takenBefore()
            .forEach((group, taken) -> this.registry.resumed(GroupName.parse(group), taken.revision(), taken.runs()));
        this.registry.groups()
            .values()
            .stream()
            .filter((group) -> group.members().containsKey(this.self))
            .forEach((group) -> feedIfReadable(group.name()));
        services().resume();
        services().statuses().forEach((status) -> {
            GroupName group = GroupName.parse(status.group());
            feedIfReadable(group);
            this.joined.put(status.name(), group);
            this.registry.join(group, status.ident().toString()).whenComplete(LocalServices::noted);
        });
        this.registry.leaveFormerGroups().whenComplete(LocalServices::noted);
        loop.after(startWait, () -> {
            if (!this.confirmed) {
                services().open(false);
            }
        });
        lookAtSpecs(loop);
    }

    /** One that cannot be read now is told again once it can. */
    private void feedIfReadable(GroupName group) {
        try {
            feed(group).join();
        }
        catch (CompletionException ex) {
            log.error("A revision cannot be read, its service goes on without: group={} reason={}", group,
                    ex.getCause().toString());
        }
    }

    /**
     * Every second, on the thread that tells revisions, so that it sees what they see.
     */
    private void lookAtSpecs(Loop loop) {
        loop.after(LOOK, () -> {
            if (!this.ending) {
                CompletableFuture.runAsync(() -> {
                    lookAtKeys();
                    lookAtSpecs();
                }, this.contents).whenComplete((done, failure) -> lookAtSpecs(loop));
            }
        });
    }

    private void lookAtKeys() {
        if (!this.ending && this.keys.look()) {
            log.info("Keys of users or groups have come, changed or gone");
            this.registry.keysChanged();
        }
    }

    private void lookAtSpecs() {
        if (this.ending) {
            return;
        }
        try {
            services().lookAtSpecs(this::tellOfGroup);
            if (this.specsUnreadable) {
                this.specsUnreadable = false;
                log.info("Spec files can be read again");
            }
        }
        catch (RuntimeException ex) {
            if (!this.specsUnreadable) {
                this.specsUnreadable = true;
                log.warn("Spec files cannot be looked at, edits of them wait: reason={}", ex.getMessage());
            }
        }
    }

    /** Its service is to have the group's configuration from the beginning. */
    private void tellOfGroup(ServiceSpec spec) {
        GroupName group = group(spec);
        this.warnings.log(group, spec);
        try {
            tell(group);
        }
        catch (UncheckedIOException ex) {
            // It is told again as soon as the service has joined the group.
            log.warn("Configuration of an edited spec's group cannot be read yet: group={} reason={}", group,
                    ex.getMessage());
        }
    }

    /** From here on nobody's edits are taken; returns when none is being taken. */
    void end() {
        this.ending = true;
        CompletableFuture.runAsync(() -> log.debug("Spec files are left alone"), this.contents).join();
    }

    private static void noted(@Nullable Void done, @Nullable Throwable failure) {
        if (failure != null) {
            log.warn("A membership of a group could not be written, it is tried again at the next change: reason={}",
                    failure.toString());
        }
    }

    @Override
    public LoadOutcome load(ServiceSpec spec, boolean force) {
        requireSource(spec.builderUrl());
        updates().provide(spec);
        prepare(spec);
        LoadOutcome outcome = services().load(spec, force);
        this.warnings.log(group(spec), spec);
        return outcome;
    }

    @Override
    public List<String> warnings(ServiceSpec spec) {
        return this.warnings.of(group(spec), spec);
    }

    @Override
    public LoadOutcome update(String name, Map<String, ? extends @Nullable Object> changes) {
        if (changes.get(BUILDER_URL) instanceof String address) {
            requireSource(address);
        }
        if (changes.containsKey("group")) {
            ServiceSpec spec = services().status(name).spec();
            prepare(spec.withGroup((changes.get("group") instanceof String group) ? group : ServiceSpec.DEFAULT_GROUP));
        }
        LoadOutcome outcome = services().update(name, changes);
        if (changes.keySet().stream().anyMatch(ABOUT_UPDATES::contains)) {
            updates().forgive(name);
        }
        ServiceSpec spec = services().status(name).spec();
        this.warnings.log(group(spec), spec);
        return outcome;
    }

    /**
     * What is no address of a source is told at once, not by the status of a service that
     * finds nothing there.
     */
    private static void requireSource(String address) {
        if (!address.equals(ServiceSpec.DEFAULT_BUILDER_URL)) {
            try {
                Sources.of(address);
            }
            catch (IOException ex) {
                throw new MalformedSpecException(String.valueOf(ex.getMessage()), ex);
            }
        }
    }

    /** The group's configuration is known before a service of it is. */
    private void prepare(ServiceSpec spec) {
        try {
            feed(group(spec)).join();
        }
        catch (CompletionException ex) {
            throw (ex.getCause() instanceof UncheckedIOException io) ? io : ex;
        }
    }

    @Override
    public GroupName group(ServiceSpec spec) {
        return GroupName.parse(spec.serviceGroup(this.organization));
    }

    @Override
    public void unload(String name, Optional<Duration> shutdownTimeout) {
        services().unload(name, shutdownTimeout);
    }

    @Override
    public void start(String name) {
        services().start(name);
    }

    @Override
    public void stop(String name, Optional<Duration> shutdownTimeout) {
        services().stop(name, shutdownTimeout);
    }

    /** Tells the services what holds for a group now. */
    private CompletableFuture<Void> feed(GroupName group) {
        return CompletableFuture.runAsync(() -> tell(group), this.contents);
    }

    private void tell(GroupName group) {
        this.registry.allowed(group)
            .ifPresent((allowed) -> services().applied(group.toString(), applied(group, allowed)));
    }

    private AppliedConfig applied(GroupName group, Allowed allowed) {
        try {
            byte[] text = this.registry.content(allowed);
            GroupFileSet files = files().forServices(allowed.files());
            Optional<AppliedRelease> release = allowed.release()
                .map((ident) -> new AppliedRelease(ident, this.registry.releaseSupply(group, ident)));
            if (allowed.envelope().isPresent()) {
                GroupKeys.Opened opened = this.keys.open(allowed.id(), text);
                return new AppliedConfig(allowed.id(), allowed.contentHash(), opened.layer(), SecretKeys.NONE, files,
                        allowed.settle(), allowed.deadline())
                    .with(opened.encrypted())
                    .with(release);
            }
            return new AppliedConfig(allowed.id(), allowed.contentHash(),
                    Toml.parse(new String(text, StandardCharsets.UTF_8)), allowed.secrets().orElse(SecretKeys.NONE),
                    files, allowed.settle(), allowed.deadline())
                .with(release);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void allowedChanged(GroupName group) {
        if (this.joined.containsValue(group)) {
            refresh(group);
        }
    }

    private void refresh(GroupName group) {
        feed(group).whenComplete((done, failure) -> {
            if (failure != null) {
                log.error("A revision could not be given to its service: group={} reason={}", group,
                        failure.toString());
            }
        });
    }

    @Override
    public void changed(GroupSnapshot group) {
        if (services().concernedBy(group.name().toString())) {
            switch (this.neighbours.notice(group)) {
                case LEADER -> services().leaderChanged(group.name().toString());
                case MEMBERS -> services().membersChanged(group.name().toString());
                case NONE -> log.debug("Nothing that services see: group={}", group.name());
            }
        }
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        // Revisions come through the registry, which has read them.
    }

    @Override
    public void exchanged(MemberId with) {
        if (!this.confirmed) {
            this.confirmed = true;
            log.info("The ring has been asked: member={}", with);
            // What the exchange brought is on its way to the services through the same
            // thread.
            CompletableFuture.runAsync(() -> services().open(true), this.contents);
        }
    }

    /** A service of this node has changed. Any thread. */
    void report(ServiceStatus status) {
        GroupName group = GroupName.parse(status.group());
        elections().serve(status);
        updates().report(status);
        if (!status.loaded()) {
            GroupName left = this.joined.remove(status.name());
            this.registry.leave((left != null) ? left : group).whenComplete(LocalServices::noted);
            return;
        }
        GroupName before = this.joined.put(status.name(), group);
        if (!group.equals(before)) {
            // A revision that came between the load and this word was nobody's here.
            refresh(group);
            if (before != null) {
                this.registry.leave(before).whenComplete(LocalServices::noted);
            }
        }
        this.registry.join(group, status.ident().toString()).whenComplete(LocalServices::noted);
        this.registry.report(group, MemberState.of(status, this.host));
    }

    /** Waits until what was reported so far has been said. */
    void awaitReports(Duration patience) {
        try {
            this.registry.settled().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        catch (java.util.concurrent.ExecutionException | TimeoutException ex) {
            log.warn("The last states of services were not said in time: reason={}", ex.toString());
        }
    }

    @Override
    public Map<String, Object> sys() {
        return this.context.sys();
    }

    /** Groups that services of this node belong to. */
    Set<GroupName> groups() {
        return Set.copyOf(this.joined.values());
    }

}
