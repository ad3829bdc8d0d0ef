package dev.muster.gateway;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.muster.content.Contents;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.Hash;

import org.springframework.stereotype.Component;

/**
 * Who may name a content by its hash. A hash is no secret, lists of files show it, and
 * what a group names goes to that group's hosts: so a hash alone opens nothing, but
 * having brought the bytes does, and so does a group that has them already. Any thread
 * may call this.
 */
@Component
final class BroughtContents {

    /** So many are remembered; whoever is forgotten for others sends his bytes again. */
    private static final int MOST = 10_000;

    private final ServiceGroupRegistry registry;

    private final InstantSource clock;

    /** By who brought what, the oldest first. */
    private final Map<Brought, Instant> brought = new LinkedHashMap<>();

    BroughtContents(ServiceGroupRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** Somebody has sent all of a content. */
    synchronized void note(Caller caller, Hash content) {
        Instant now = this.clock.instant();
        // As long as the bytes are kept without a change that names them.
        Instant oldest = now.minus(Contents.KEPT_UNNAMED);
        this.brought.values().removeIf((at) -> at.isBefore(oldest));
        while (this.brought.size() >= MOST) {
            this.brought.remove(this.brought.keySet().iterator().next());
        }
        Brought fresh = new Brought(caller.id(), content);
        this.brought.remove(fresh);
        this.brought.put(fresh, now);
    }

    /** Whether somebody may give this content to this group. */
    boolean mayName(Caller caller, GroupName group, Hash content) {
        return caller.token().isEmpty() || hasBrought(caller, content)
                || this.registry.group(group).filter((known) -> has(known, content)).isPresent();
    }

    private synchronized boolean hasBrought(Caller caller, Hash content) {
        return this.brought.containsKey(new Brought(caller.id(), content));
    }

    private static boolean has(GroupSnapshot group, Hash content) {
        return group.revisions()
            .stream()
            .flatMap((revision) -> revision.files().all().stream())
            .anyMatch((file) -> file.content().hash().equals(content));
    }

    /**
     * @param caller id of the token
     */
    private record Brought(String caller, Hash content) {
    }

}
