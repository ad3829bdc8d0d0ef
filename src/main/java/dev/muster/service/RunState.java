package dev.muster.service;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.pack.PackageIdent;
import org.jspecify.annotations.Nullable;

/**
 * What a service remembers across the death of its node, kept in its directory.
 *
 * @param process what runs; empty when nothing does
 * @param since when that process was started
 * @param ident the release it runs, or ran last
 * @param taken hash by file of the rendering it runs with
 * @param progress how far it has come with its group's configuration
 * @param owed hooks that are still to be run for that process
 */
record RunState(Optional<ProcessIdentity> process, Optional<Instant> since, Optional<PackageIdent> ident,
        SortedMap<String, String> taken, Progress progress, Set<Hook> owed) {

    static final RunState NONE = new RunState(Optional.empty(), Optional.empty(), Optional.empty(), new TreeMap<>(),
            new Progress(Optional.empty(), Optional.empty(), Rung.WAITING, "was just loaded", false), Set.of());

    RunState {
        owed = Set.copyOf(owed);
    }

    /** A process is about to be started: then it is owed what follows a start. */
    RunState starting(ProcessIdentity identity, Instant start, PackageIdent release, SortedMap<String, String> files) {
        return new RunState(Optional.of(identity), Optional.of(start), Optional.of(release), files, this.progress,
                Set.of(Hook.POST_RUN, Hook.POST_STOP));
    }

    /** It runs, and this is how it is found again. */
    RunState running(ProcessIdentity identity) {
        return new RunState(Optional.of(identity), this.since, this.ident, this.taken, this.progress, this.owed);
    }

    /** A process of which nothing is known but that it runs. */
    RunState found(ProcessIdentity identity) {
        return new RunState(Optional.of(identity), this.since, this.ident, this.taken, this.progress,
                Set.of(Hook.POST_STOP));
    }

    RunState stopped() {
        return new RunState(Optional.empty(), Optional.empty(), this.ident, this.taken, this.progress, this.owed);
    }

    RunState taking(SortedMap<String, String> files) {
        return new RunState(this.process, this.since, this.ident, files, this.progress, this.owed);
    }

    RunState at(Progress other) {
        return new RunState(this.process, this.since, this.ident, this.taken, other, this.owed);
    }

    /** The hook was run, or need not be any longer. */
    RunState paid(Hook hook) {
        Set<Hook> left = new HashSet<>(this.owed);
        left.remove(hook);
        return new RunState(this.process, this.since, this.ident, this.taken, this.progress, left);
    }

    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        this.ident.ifPresent((known) -> tree.put("ident", known.toString()));
        this.since.ifPresent((known) -> tree.put("since", known.toString()));
        this.progress.revision().ifPresent((known) -> tree.put("revision", known));
        this.progress.contentHash().ifPresent((known) -> tree.put("content_hash", known));
        tree.put("rung", this.progress.rung().wireName());
        tree.put("reason", this.progress.reason());
        tree.put("settled", this.progress.settled());
        this.process.ifPresent((identity) -> {
            tree.put("token", identity.token());
            ProcessIdentity.Started started = identity.started();
            if (started != null) {
                tree.put("pid", started.pid());
                tree.put("start_ticks", started.startTicks());
                tree.put("boot_id", started.bootId());
            }
        });
        tree.put("owed", this.owed.stream().map(Hook::fileName).sorted().toList());
        tree.put("files", new LinkedHashMap<>(this.taken));
        return tree;
    }

    /**
     * Empty for one that was cut off, so that it does not say whether a process runs.
     * @throws RuntimeException when the tree is none of ours
     */
    static Optional<RunState> read(Map<String, Object> tree) {
        RunState known = ofTree(tree);
        return (known.process.isPresent() || tree.containsKey("owed")) ? Optional.of(known) : Optional.empty();
    }

    /**
     * @throws RuntimeException when the tree is none of ours
     */
    static RunState ofTree(Map<String, Object> tree) {
        SortedMap<String, String> taken = new TreeMap<>();
        if (tree.get("files") instanceof Map<?, ?> files) {
            files.forEach((name, hash) -> taken.put(String.valueOf(name), String.valueOf(hash)));
        }
        Rung rung = text(tree, "rung").map(Rung::parse).orElse(Rung.WAITING);
        Progress progress = new Progress(text(tree, "revision"), text(tree, "content_hash"), rung,
                text(tree, "reason").orElse(""), settled(tree, rung));
        return new RunState(text(tree, "token").map((token) -> new ProcessIdentity(token, started(tree))),
                text(tree, "since").map(Instant::parse), text(tree, "ident").map(PackageIdent::parse), taken, progress,
                owed(tree));
    }

    /** Earlier releases kept the rung alone. */
    private static boolean settled(Map<String, Object> tree, Rung rung) {
        return (tree.get("settled") instanceof Boolean settled) ? settled : rung == Rung.HEALTHY;
    }

    private static Set<Hook> owed(Map<String, Object> tree) {
        Set<Hook> owed = new HashSet<>();
        if (tree.get("owed") instanceof List<?> names) {
            names.forEach((name) -> Hook.named(String.valueOf(name)).ifPresent(owed::add));
        }
        return owed;
    }

    private static ProcessIdentity.@Nullable Started started(Map<String, Object> tree) {
        if (tree.get("pid") instanceof Number pid && tree.get("start_ticks") instanceof Number ticks
                && tree.get("boot_id") instanceof String boot) {
            return new ProcessIdentity.Started(pid.longValue(), ticks.longValue(), boot);
        }
        return null;
    }

    private static Optional<String> text(Map<String, Object> tree, String key) {
        return (tree.get(key) instanceof String text) ? Optional.of(text) : Optional.empty();
    }

}
