package dev.muster.group;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.content.Supply;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that this member has the releases that its groups are to run, before it is
 * its turn to run them. What cannot be had is tried again, and said. Owned by the node's
 * loop; {@link #of} may be called on any thread.
 */
public final class HeldReleases implements ReleaseSupply, GroupListener {

    private static final Logger log = LoggerFactory.getLogger(HeldReleases.class);

    /** Most have come before anybody could read that they were missing. */
    private static final Duration TELL = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private static final int LONGEST_REASON = 300;

    private final MemberId self;

    private final ServiceGroupRegistry registry;

    private final ReleaseStore store;

    private final Loop loop;

    private final Map<PackageIdent, Held> held = new ConcurrentHashMap<>();

    private final Map<GroupName, Set<PackageIdent>> wanted = new HashMap<>();

    public HeldReleases(MemberId self, ServiceGroupRegistry registry, ReleaseStore store, Loop loop) {
        this.self = self;
        this.registry = registry;
        this.store = store;
        this.loop = loop;
    }

    /** Before the loop runs, or anything is heard, once. */
    public void attach() {
        this.registry.releases(this);
        this.registry.listen(this);
    }

    /** Once the facts on disk are known. On the loop. */
    public void begin() {
        this.registry.groups().values().forEach(this::changed);
    }

    @Override
    public Supply of(GroupName group, PackageIdent release) {
        if (!this.store.takes(group, release)) {
            return Supply.HERE;
        }
        Held known = this.held.get(release);
        return (known != null) ? known.supply : Supply.COMING;
    }

    /**
     * What this member's service of a group takes may be something else now. Any thread.
     */
    public void reconsider(GroupName group) {
        this.loop.execute(() -> this.registry.group(group).ifPresent((known) -> {
            changed(known);
            this.registry.supplyChanged(group);
        }));
    }

    @Override
    public void changed(GroupSnapshot group) {
        Set<PackageIdent> now = wanted(group);
        Set<PackageIdent> before = now.isEmpty() ? this.wanted.remove(group.name())
                : this.wanted.put(group.name(), now);
        if (before != null && !before.equals(now)) {
            Set<PackageIdent> all = new HashSet<>();
            this.wanted.values().forEach(all::addAll);
            this.held.entrySet()
                .removeIf((known) -> !all.contains(known.getKey()) && known.getValue().supply == Supply.HERE);
        }
        now.stream().filter((release) -> !this.held.containsKey(release)).forEach((release) -> {
            this.held.put(release, new Held());
            bring(group.name(), release);
            this.loop.after(TELL, () -> tell(release, true));
        });
        tell(group, false);
    }

    private Set<PackageIdent> wanted(GroupSnapshot group) {
        Set<PackageIdent> releases = new LinkedHashSet<>();
        if (group.members().containsKey(this.self)) {
            group.current().flatMap(Revision::release).ifPresent(releases::add);
            this.registry.allowed(group.name()).flatMap(Allowed::release).ifPresent(releases::add);
            releases.removeIf((release) -> !this.store.takes(group.name(), release));
        }
        return releases;
    }

    private boolean isWanted(PackageIdent release) {
        return this.wanted.values().stream().anyMatch((releases) -> releases.contains(release));
    }

    private void bring(GroupName group, PackageIdent release) {
        this.store.bring(group, release)
            .whenComplete((done, failure) -> this.loop.execute(() -> brought(group, release, failure)));
    }

    private void brought(GroupName group, PackageIdent release, @Nullable Throwable failure) {
        Held known = this.held.get(release);
        if (known == null) {
            return;
        }
        if (failure == null) {
            known.supply = Supply.HERE;
            known.reason = "";
            groups(release).forEach(this.registry::supplyChanged);
            tell(release, true);
            return;
        }
        Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
                : failure;
        String reason = cut(String.valueOf(cause.getMessage()));
        if (!reason.equals(known.reason)) {
            log.warn("Package cannot be had, it is tried again: group={} package={} reason={}", group, release, reason);
        }
        boolean first = known.supply == Supply.COMING;
        known.supply = Supply.NOWHERE;
        known.reason = reason;
        if (first) {
            // Who is down starts with what it has.
            groups(release).forEach(this.registry::supplyChanged);
        }
        tell(release, true);
        this.loop.after(known.pause(), () -> {
            if (isWanted(release)) {
                bring(groups(release).iterator().next(), release);
            }
            else {
                this.held.remove(release);
            }
        });
    }

    private Set<GroupName> groups(PackageIdent release) {
        Set<GroupName> groups = new LinkedHashSet<>();
        this.wanted.forEach((group, releases) -> {
            if (releases.contains(release)) {
                groups.add(group);
            }
        });
        return groups;
    }

    private static String cut(String text) {
        return (text.length() > LONGEST_REASON) ? text.substring(0, LONGEST_REASON) + "..." : text;
    }

    private void tell(PackageIdent release, boolean due) {
        groups(release).forEach((name) -> this.registry.group(name).ifPresent((group) -> tell(group, due)));
    }

    /**
     * @param due whether what is new is said, too
     */
    private void tell(GroupSnapshot group, boolean due) {
        Optional<MemberState.Lack> lack = group.current().flatMap(this::lack);
        if (lack.isEmpty() || due) {
            this.registry.lacksRelease(group.name(), lack);
        }
    }

    private Optional<MemberState.Lack> lack(Revision revision) {
        return revision.release()
            .filter((release) -> this.wanted.getOrDefault(revision.group(), Set.of()).contains(release))
            .filter((release) -> of(revision.group(), release) != Supply.HERE)
            .map((release) -> {
                Held known = this.held.get(release);
                String why = (known == null || known.reason.isEmpty()) ? "which is being installed" : known.reason;
                return new MemberState.Lack(revision.id(), "waits for package " + release + ": " + why);
            });
    }

    /** A release that somebody wants. */
    private static final class Held {

        private volatile Supply supply = Supply.COMING;

        /** Why it could not be had; empty while nothing has failed. */
        private String reason = "";

        private Duration pause = FIRST_PAUSE;

        private Duration pause() {
            Duration next = this.pause;
            Duration doubled = next.multipliedBy(2);
            this.pause = (doubled.compareTo(LONGEST_PAUSE) > 0) ? LONGEST_PAUSE : doubled;
            return next;
        }

    }

}
