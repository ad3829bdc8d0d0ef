package dev.muster.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.muster.content.Contents;
import dev.muster.content.Holders;
import dev.muster.content.Peers;
import dev.muster.gateway.FileControl;
import dev.muster.group.AppliedFile;
import dev.muster.group.FileContent;
import dev.muster.group.FileListener;
import dev.muster.group.FileRequest;
import dev.muster.group.FileRevision;
import dev.muster.group.GroupFiles;
import dev.muster.group.GroupListener;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import dev.muster.service.FileStatus;
import dev.muster.service.GroupFile;
import dev.muster.service.GroupFileSet;
import dev.muster.service.Services;
import dev.muster.store.DiskContentStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the files of the ring's groups, their contents and the services of this node:
 * sees to it that this node holds what it is to hold, gives services what their groups
 * have, and has a content on two members before a file is announced.
 */
final class LocalFiles implements FileControl, FileListener, GroupListener, FactListener {

    private static final Logger log = LoggerFactory.getLogger(LocalFiles.class);

    /** Changes that come together are looked at once. */
    private static final Duration GATHER = Duration.ofMillis(20);

    private final MemberId self;

    private final Replica replica;

    private final ServiceGroupRegistry registry;

    private final GroupFiles files;

    private final DiskContentStore store;

    private final Services services;

    private final Loop loop;

    private final Random random;

    private final Contents contents;

    /** By content, those groups that have a file of it. Owned by the loop. */
    private final Map<Hash, Set<GroupName>> groups = new HashMap<>();

    private final Map<GroupName, List<GroupFile>> told = new HashMap<>();

    private boolean toLook;

    /**
     * @param disk runs what waits for the disk
     * @param peers answers questions of this node
     * @param rate bytes of files a second, in each direction
     */
    LocalFiles(MemberId self, Replica replica, ServiceGroupRegistry registry, GroupFiles files, DiskContentStore store,
            Services services, Loop loop, Executor disk, Peers peers, long rate, Random random) {
        this.self = self;
        this.replica = replica;
        this.registry = registry;
        this.files = files;
        this.store = store;
        this.services = services;
        this.loop = loop;
        this.random = random;
        this.contents = new Contents(loop, store, (task) -> execute(disk, task), peers, this::holders,
                FileContent.MAX_SIZE, rate, this::arrived);
    }

    private static void execute(Executor disk, Runnable task) {
        try {
            disk.execute(task);
        }
        catch (RejectedExecutionException ex) {
            log.debug("Nothing is read or written any longer, the node ends");
        }
    }

    /** Once the facts on disk are known, and before anybody else is heard. */
    void begin() {
        this.contents.answer(this.replica.inquiries());
        CompletableFuture.runAsync(() -> {
            this.files.groups().forEach(this::tell);
            look();
            this.contents.tidy(this.files::named);
        }, this.loop::execute).join();
    }

    static MemberState.@Nullable Files state(FileStatus status) {
        return (status.inPlace().isEmpty() && status.problem().isEmpty() && !status.telling()) ? null
                : new MemberState.Files(status.inPlace(), status.problem().isEmpty() ? null : status.problem(),
                        status.telling());
    }

    @Override
    public void filesChanged(GroupName group) {
        // At once: a service that is about to start shall know of it.
        tell(group);
        lookSoon();
    }

    @Override
    public void changed(GroupSnapshot group) {
        if (!this.files.files(group.name()).isEmpty()) {
            lookSoon();
        }
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        // Files come through GroupFiles, which has read them.
    }

    @Override
    public void ringChanged(RingView view) {
        lookSoon();
    }

    private void lookSoon() {
        if (!this.toLook) {
            this.toLook = true;
            this.loop.after(GATHER, () -> {
                look();
                this.contents.askAgain();
            });
        }
    }

    /** What of all files this member is to hold. */
    private void look() {
        this.toLook = false;
        this.groups.clear();
        Map<Hash, Integer> wanted = new HashMap<>();
        Set<MemberId> present = this.replica.view().members().keySet();
        for (GroupName group : this.files.groups()) {
            Set<MemberId> members = members(group);
            for (FileRevision file : this.files.files(group).values()) {
                file.content().ifPresent((content) -> {
                    this.groups.computeIfAbsent(content.hash(), (hash) -> new LinkedHashSet<>()).add(group);
                    if (members.contains(this.self)
                            || Holders.of(content.hash(), members, present).contains(this.self)) {
                        wanted.put(content.hash(), content.size());
                    }
                });
            }
        }
        this.contents.want(wanted);
    }

    private Set<MemberId> members(GroupName group) {
        return this.registry.group(group).map((known) -> known.members().keySet()).orElse(Set.of());
    }

    /** Members of the groups that have it in any order, then the others by rank. */
    private List<MemberId> holders(Hash content) {
        Set<MemberId> members = new LinkedHashSet<>();
        this.groups.getOrDefault(content, Set.of()).forEach((group) -> members.addAll(members(group)));
        return candidates(content, members);
    }

    private List<MemberId> candidates(Hash content, Set<MemberId> members) {
        Set<MemberId> present = this.replica.view().members().keySet();
        List<MemberId> first = new ArrayList<>(members);
        first.retainAll(present);
        Collections.shuffle(first, this.random);
        Set<MemberId> candidates = new LinkedHashSet<>(first);
        candidates.addAll(Holders.ranked(content, present));
        candidates.remove(this.self);
        return List.copyOf(candidates);
    }

    private void arrived(Hash content) {
        this.groups.getOrDefault(content, Set.of()).forEach(this::tell);
    }

    private void tell(GroupName group) {
        List<GroupFile> current = new ArrayList<>();
        this.files.files(group)
            .values()
            .forEach((file) -> file.content()
                .ifPresent((content) -> current.add(new GroupFile(file.name(), file.id(), content.hash().hex(),
                        content.mode(), content.owner(), this.store.has(content.hash())))));
        if (!current.equals(this.told.put(group, current))) {
            this.services.files(group.toString(), new GroupFileSet(current, this::copy));
        }
    }

    /** On the loop of a service. */
    private void copy(String hash, Path target) throws IOException {
        Hash content = Hash.parse(hash);
        try {
            this.store.copy(content, target);
        }
        catch (IOException ex) {
            if (!this.store.has(content)) {
                this.loop.execute(() -> {
                    arrived(content);
                    lookSoon();
                });
            }
            throw ex;
        }
    }

    @Override
    public FileContent receive(InputStream in, int mode, Optional<String> owner) throws IOException {
        DiskContentStore.Received received = this.store.receive(in, FileContent.MAX_SIZE);
        // It may be one that was missing.
        this.loop.execute(this.contents::askAgain);
        return new FileContent(received.hash(), received.size(), mode, owner);
    }

    @Override
    public CompletableFuture<AppliedFile> apply(FileRequest request) {
        // Who is refused hears so before anything travels.
        return this.files.check(request).thenCompose((already) -> {
            if (already.isPresent() || request.content().isEmpty()) {
                return this.files.apply(request);
            }
            FileContent content = request.content().get();
            List<MemberId> candidates = candidates(content.hash(), members(request.group()));
            if (candidates.isEmpty()) {
                return this.files.apply(request);
            }
            return this.contents.copyElsewhere(content.hash(), content.size(), candidates).thenCompose((holder) -> {
                log.info("Content has a second copy: content={} bytes={} member={}", content.hash(), content.size(),
                        holder);
                return this.files.apply(request);
            });
        });
    }

}
