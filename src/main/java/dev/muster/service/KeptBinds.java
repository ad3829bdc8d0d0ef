package dev.muster.service;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process was given of the groups that its service is bound to. A bind that loses
 * its last member is no reason to take its data out of the files of a process that runs,
 * nor is a node that starts before it finds the ring; so it is on disk, too. Lives on the
 * service's loop.
 */
final class KeptBinds {

    private static final Logger log = LoggerFactory.getLogger(KeptBinds.class);

    private final ServiceDirectory directory;

    private Map<Bind, BoundGroup> groups;

    KeptBinds(ServiceDirectory directory) {
        this(directory, read(directory));
    }

    private KeptBinds(ServiceDirectory directory, Map<Bind, BoundGroup> groups) {
        this.directory = directory;
        this.groups = groups;
    }

    /** As it may be shown. */
    KeptBinds shown() {
        Map<Bind, BoundGroup> shown = new LinkedHashMap<>();
        this.groups.forEach((bind, group) -> shown.put(bind, group.shown()));
        return new KeptBinds(this.directory, shown);
    }

    private static Map<Bind, BoundGroup> read(ServiceDirectory directory) {
        Map<Bind, BoundGroup> groups = new LinkedHashMap<>();
        try {
            directory.readBinds().forEach((text, tree) -> {
                if (tree instanceof Map<?, ?> group) {
                    groups.put(Bind.parse(text), BoundGroup.ofKept(group));
                }
            });
        }
        catch (RuntimeException ex) {
            log.warn("What a service was told of its binds is not known: directory={} reason={}", directory.path(),
                    ex.getMessage());
            return Map.of();
        }
        return groups;
    }

    Optional<BoundGroup> find(Bind bind) {
        return Optional.ofNullable(this.groups.get(bind));
    }

    /** A process has this from now on. */
    void keep(ServiceSpec spec, Map<String, BoundGroup> used) {
        Map<Bind, BoundGroup> now = new LinkedHashMap<>();
        for (Bind bind : Bind.of(spec)) {
            BoundGroup group = used.getOrDefault(bind.name(), this.groups.get(bind));
            if (group != null) {
                now.put(bind, group);
            }
        }
        replace(now);
    }

    /** It was stopped in order: the next process is the first of something new. */
    void forget() {
        replace(Map.of());
    }

    private void replace(Map<Bind, BoundGroup> now) {
        if (now.equals(this.groups)) {
            return;
        }
        this.groups = now;
        Map<String, Object> tree = new TreeMap<>();
        now.forEach((bind, group) -> tree.put(bind.name() + ':' + bind.group(), group.toKept()));
        try {
            this.directory.writeBinds(tree);
        }
        catch (IOException ex) {
            log.warn("What a service was told of its binds is not kept: directory={} reason={}", this.directory.path(),
                    ex.toString());
        }
    }

}
