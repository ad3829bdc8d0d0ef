package dev.muster.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import dev.muster.content.ContentStore;
import dev.muster.content.Contents;
import dev.muster.content.FileName;
import dev.muster.content.Holders;
import dev.muster.content.Peers;
import dev.muster.content.Supply;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that this member holds the contents of files that it is to hold, and that a
 * change is announced only when its contents are on two disks. Owned by the node's loop;
 * {@link #of} and {@link #secure} may be called on any thread.
 */
public final class HeldFiles implements ContentSupply, GroupListener, FactListener {

    /** Of so many contents of each file in the history bytes are kept. */
    static final int CONTENTS = 3;

    private static final Logger log = LoggerFactory.getLogger(HeldFiles.class);

    /** Changes that come together are looked at once. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** How often a member says how far it is with what it waits for. */
    private static final Duration TELL = Duration.ofSeconds(1);

    private final MemberId self;

    private final Replica replica;

    private final ServiceGroupRegistry registry;

    private final Loop loop;

    private final RandomGenerator random;

    private final Contents contents;

    /** Groups whose kept revisions have files. */
    private final Set<GroupName> withFiles = new TreeSet<>();

    /** By content, those groups that want it. */
    private final Map<Hash, Set<GroupName>> groups = new HashMap<>();

    private final Map<GroupName, MemberState.Lack> lacks = new HashMap<>();

    private boolean toLook;

    private boolean telling;

    /**
     * @param disk runs what waits for the disk
     * @param peers answers questions of this node
     * @param rate bytes of files a second, in each direction
     */
    public HeldFiles(MemberId self, Replica replica, ServiceGroupRegistry registry, ContentStore store, Loop loop,
            Executor disk, Peers peers, long rate, RandomGenerator random) {
        this.self = self;
        this.replica = replica;
        this.registry = registry;
        this.loop = loop;
        this.random = random;
        this.contents = new Contents(loop, store, disk, peers, this::holders, FileContent.MAX_SIZE, rate, this::news);
    }

    /** Before the loop runs, or anything is heard, once. */
    public void attach() {
        this.registry.supply(this);
        this.registry.listen(this);
        this.replica.listen(this);
    }

    /**
     * Once the facts on disk are known, and before anybody else is heard. On the loop.
     */
    public void begin() {
        this.contents.answer(this.replica.inquiries());
        this.registry.groups().values().forEach(this::note);
        look();
        this.contents.tidy(this::named);
    }

    @Override
    public Supply of(Hash content) {
        return this.contents.supply(content);
    }

    @Override
    public void changed(GroupSnapshot group) {
        if (note(group)) {
            lookSoon();
        }
    }

    private boolean note(GroupSnapshot group) {
        boolean files = revisions(group).anyMatch((known) -> !known.isEmpty());
        if (files) {
            this.withFiles.add(group.name());
        }
        return files || this.withFiles.remove(group.name());
    }

    private static Stream<GroupFiles> revisions(GroupSnapshot group) {
        return Stream.concat(group.revisions().stream().map(Revision::files),
                group.complete().stream().map(Completion::files));
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        // Revisions come through the registry, which has read them.
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
        this.withFiles.forEach((name) -> this.registry.group(name).ifPresent((group) -> {
            Set<MemberId> members = group.members().keySet();
            needed(group).forEach((content, size) -> {
                this.groups.computeIfAbsent(content, (hash) -> new LinkedHashSet<>()).add(name);
                if (members.contains(this.self) || Holders.of(content, members, present).contains(this.self)) {
                    wanted.put(content, size);
                }
            });
        }));
        this.contents.want(wanted);
        tellLacks(false);
    }

    /** What holds, what services start with before their turn, and what one here has. */
    private Map<Hash, Integer> needed(GroupSnapshot group) {
        Map<Hash, Integer> needed = new HashMap<>();
        Stream<GroupFiles> own = group.members().containsKey(this.self)
                ? this.registry.allowed(group.name()).map(Allowed::files).stream() : Stream.empty();
        Stream.of(group.current().map(Revision::files).stream(), group.complete().map(Completion::files).stream(), own)
            .flatMap(Function.identity())
            .forEach(
                    (files) -> files.all().forEach((file) -> needed.put(file.content().hash(), file.content().size())));
        return needed;
    }

    /**
     * What is not let go: what is needed, what members run with, and the newest contents
     * of each file in the history.
     */
    private Set<Hash> named() {
        Set<Hash> named = new HashSet<>();
        this.withFiles.forEach((name) -> this.registry.group(name).ifPresent((group) -> named.addAll(named(group))));
        return named;
    }

    Set<Hash> named(GroupSnapshot group) {
        Set<Hash> named = new HashSet<>(needed(group).keySet());
        group.members()
            .values()
            .forEach((member) -> member.state()
                .map(MemberState::revision)
                .flatMap(group::find)
                .ifPresent((taken) -> taken.files().all().forEach((file) -> named.add(file.content().hash()))));
        Map<FileName, Set<Hash>> newest = new HashMap<>();
        group.revisions().forEach((revision) -> revision.files().all().forEach((file) -> {
            Set<Hash> kept = newest.computeIfAbsent(file.name(), (fresh) -> new HashSet<>());
            if (kept.size() < CONTENTS) {
                kept.add(file.content().hash());
            }
        }));
        newest.values().forEach(named::addAll);
        return named;
    }

    /** Members of the groups that have it in any order, then the others by rank. */
    private List<MemberId> holders(Hash content) {
        Set<MemberId> members = new LinkedHashSet<>();
        this.groups.getOrDefault(content, Set.of()).forEach((group) -> members.addAll(members(group)));
        return candidates(content, members);
    }

    private Set<MemberId> members(GroupName group) {
        return this.registry.group(group).map((known) -> known.members().keySet()).orElse(Set.of());
    }

    private List<MemberId> candidates(Hash content, Set<MemberId> members) {
        Set<MemberId> present = this.replica.view().members().keySet();
        List<MemberId> first = new ArrayList<>(members);
        first.retainAll(present);
        for (int i = first.size() - 1; i > 0; i--) {
            Collections.swap(first, i, this.random.nextInt(i + 1));
        }
        Set<MemberId> candidates = new LinkedHashSet<>(first);
        candidates.addAll(Holders.ranked(content, present));
        candidates.remove(this.self);
        return List.copyOf(candidates);
    }

    /** A content is here, or nobody has it. */
    private void news(Hash content) {
        this.groups.getOrDefault(content, Set.of()).forEach(this.registry::supplyChanged);
        tellLacks(false);
    }

    /** A content that was here turned out to be damaged. */
    public void lost(Hash content) {
        this.loop.execute(() -> {
            news(content);
            lookSoon();
        });
    }

    /** One may be here by another way than from a member. */
    public void received() {
        this.loop.execute(this.contents::askAgain);
    }

    /**
     * @param due whether what is new is said, too; most contents have come before anybody
     * could read that they were missing
     */
    private void tellLacks(boolean due) {
        Set<GroupName> open = new HashSet<>(this.withFiles);
        open.addAll(this.lacks.keySet());
        boolean more = false;
        for (GroupName name : open) {
            Optional<MemberState.Lack> lack = this.registry.group(name).flatMap(this::lack);
            MemberState.Lack before = this.lacks.get(name);
            more |= lack.isPresent();
            if (!lack.equals(Optional.ofNullable(before)) && (due || lack.isEmpty())) {
                lack.ifPresentOrElse((what) -> this.lacks.put(name, what), () -> this.lacks.remove(name));
                this.registry.lacks(name, lack);
            }
        }
        if (more && !this.telling) {
            this.telling = true;
            this.loop.after(TELL, () -> {
                this.telling = false;
                tellLacks(true);
            });
        }
    }

    private Optional<MemberState.Lack> lack(GroupSnapshot group) {
        if (!group.members().containsKey(this.self)) {
            return Optional.empty();
        }
        return group.current().flatMap((revision) -> {
            List<RevisionFile> missing = revision.files()
                .all()
                .stream()
                .filter((file) -> of(file.content().hash()) != Supply.HERE)
                .toList();
            return missing.isEmpty() ? Optional.empty()
                    : Optional.of(new MemberState.Lack(revision.id(), "waits for file " + text(missing.get(0))
                            + ((missing.size() > 1) ? " and " + (missing.size() - 1) + " more" : "")));
        });
    }

    private String text(RevisionFile file) {
        FileContent content = file.content();
        if (of(content.hash()) == Supply.NOWHERE) {
            return file.name() + ", which no present member has (" + content.hash().shortHex() + ")";
        }
        long unit = (content.size() >= 1 << 20) ? 1 << 20 : 1 << 10;
        long whole = (content.size() + unit - 1) / unit;
        return file.name() + " (" + this.contents.begun(content.hash()) / unit + " of " + whole
                + ((unit == 1 << 20) ? " MiB)" : " KiB)");
    }

    /**
     * Lets an apply through the door, or not, once its contents are on the disk of this
     * member and on that of one other, if one is present.
     * @return as {@link ServiceGroupRegistry#apply}; fails also with
     * {@link MissingContentException} when a content is nowhere, and with
     * {@link dev.muster.content.NoSecondCopyException} when nobody else takes one
     */
    public CompletableFuture<Applied> apply(ApplyRequest request) {
        if (request.files().contents().isEmpty()) {
            return this.registry.apply(request);
        }
        // Who is refused hears so before anything travels.
        return this.registry.foresee(request).thenCompose((prospect) -> {
            if (prospect.number().isEmpty()) {
                return this.registry.apply(request);
            }
            CompletableFuture<Void> secured = CompletableFuture.completedFuture(null);
            for (Map.Entry<FileName, FileContent> file : request.files().contents().entrySet()) {
                secured = secured.thenCompose((done) -> secure(request.group(), file.getKey(), file.getValue()));
            }
            return secured.thenCompose((done) -> this.registry.apply(request));
        });
    }

    private CompletableFuture<Void> secure(GroupName group, FileName name, FileContent content) {
        return this.contents.bringNow(content.hash(), content.size()).thenCompose((here) -> {
            if (!here) {
                return CompletableFuture.failedFuture(new MissingContentException(group, name, content.hash()));
            }
            List<MemberId> candidates = candidates(content.hash(), members(group));
            if (candidates.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            return this.contents.copyElsewhere(content.hash(), content.size(), candidates)
                .thenAccept((holder) -> log.info("Content has a second copy: content={} bytes={} member={}",
                        content.hash(), content.size(), holder));
        });
    }

}
