package dev.muster.group;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.muster.content.FileName;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of all groups as one node knows them, without their content: which revision
 * of each holds, and the door that new ones pass.
 *
 * <p>
 * Changes are made on the node's loop; the public methods may be called on any thread
 * unless they say otherwise.
 */
public final class GroupFiles implements FactListener {

    /** So many files of one group can be there at once. */
    public static final int MAX_FILES = 256;

    /** Of so many revisions of a file the content is kept. */
    static final int CONTENTS = 3;

    private static final Logger log = LoggerFactory.getLogger(GroupFiles.class);

    private final Replica replica;

    private final Loop loop;

    private final Applies applies;

    private final List<FileListener> listeners = new ArrayList<>();

    /** Owned by the loop. */
    private final Map<GroupName, SortedMap<FileName, Kept>> groups = new HashMap<>();

    private final ConcurrentSkipListMap<GroupName, SortedMap<FileName, FileRevision>> current = new ConcurrentSkipListMap<>();

    public GroupFiles(MemberId self, Replica replica, Loop loop) {
        this.replica = replica;
        this.loop = loop;
        this.applies = new Applies(self, replica, loop);
        replica.listen(this);
    }

    /** Before the loop runs only. */
    public void listen(FileListener listener) {
        this.listeners.add(listener);
    }

    /** The current revision of each file that the group has or had; never waits. */
    public SortedMap<FileName, FileRevision> files(GroupName group) {
        return this.current.getOrDefault(group, Collections.emptySortedMap());
    }

    /** The groups that have or had files; never waits. */
    public Set<GroupName> groups() {
        return Collections.unmodifiableSet(this.current.keySet());
    }

    /**
     * What is to be kept: the content of the newest revisions of each file. On the loop.
     */
    public Set<Hash> named() {
        Set<Hash> named = new HashSet<>();
        this.groups.values()
            .forEach((files) -> files.values()
                .forEach((kept) -> kept.newestFirst()
                    .stream()
                    .limit(CONTENTS)
                    .forEach((revision) -> revision.content().ifPresent((content) -> named.add(content.hash())))));
        return named;
    }

    /**
     * What would become of a change now; nothing is changed.
     * @return the revision that says the same already, if one holds; fails with
     * {@link RefusedException} or {@link UnknownFileException} as {@link #apply} would
     */
    public CompletableFuture<Optional<FileRevision>> check(FileRequest request) {
        CompletableFuture<Optional<FileRevision>> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            try {
                Optional<FileRevision> before = currentToBe(request);
                answer.complete((decide(request, before) instanceof Door.Already) ? before : Optional.empty());
            }
            catch (RefusedException | UnknownFileException ex) {
                answer.completeExceptionally(ex);
            }
        });
        return answer;
    }

    /**
     * Lets a change through the door, or not. Its content must be on the disk of this
     * member and of another one by now.
     * @return completes once it is durable here and one other member has answered, or
     * none has for two seconds; fails with {@link RefusedException} or
     * {@link UnknownFileException} when nothing was changed
     */
    public CompletableFuture<AppliedFile> apply(FileRequest request) {
        CompletableFuture<AppliedFile> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            try {
                submit(request, answer);
            }
            catch (RefusedException | UnknownFileException ex) {
                answer.completeExceptionally(ex);
            }
        });
        return answer;
    }

    private Door.Decision decide(FileRequest request, Optional<FileRevision> before) {
        if (before.isEmpty() && request.content().isEmpty()) {
            throw new UnknownFileException(request.group(), request.name());
        }
        Optional<Revision> current = before.map(FileRevision::revision);
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, this.loop.clock().instant());
        Door.Decision decision = Door.decide(request.number(), request.ifRevision(), request.identity(), current, now);
        if (decision instanceof Door.Refuse refuse) {
            throw new RefusedException(refuse.reason(), refuse.message(), current.orElse(null));
        }
        if (decision instanceof Door.Accept && request.content().isPresent()
                && before.flatMap(FileRevision::content).isEmpty()) {
            long files = files(request.group()).values().stream().filter((file) -> file.content().isPresent()).count();
            if (files >= MAX_FILES) {
                throw new RefusedException(RefusedException.Reason.CONFLICT,
                        "The group " + request.group() + " has " + files
                                + " files, which is the most; remove one with muster file rm, or put several into one",
                        current.orElse(null));
            }
        }
        return decision;
    }

    private void submit(FileRequest request, CompletableFuture<AppliedFile> answer) {
        Optional<FileRevision> before = currentToBe(request);
        Door.Decision decision = decide(request, before);
        if (decision instanceof Door.Already) {
            whenHeld(before.orElseThrow(), answer);
            return;
        }
        Optional<Revision> current = before.map(FileRevision::revision);
        if (this.replica.congested()) {
            throw new RefusedException(RefusedException.Reason.BUSY,
                    "Too much waits to be sent to other members; nothing was changed, try again in a moment",
                    current.orElse(null));
        }
        Revision.Base base = current.map((known) -> new Revision.Base(known.number(), known.hash())).orElse(null);
        Fact fact = FileFacts.create(request, (Door.Accept) decision, base);
        FileRevision made = FileFacts.revision(fact);
        this.applies.submit(fact, made.revision(), current).whenComplete((applied, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            }
            else {
                answer.complete(
                        new AppliedFile(made, false, applied.copies(), applied.oneCopyOnly(), applied.overtakenBy()));
            }
        });
    }

    /** It may still be on its way to the disk. */
    private void whenHeld(FileRevision revision, CompletableFuture<AppliedFile> answer) {
        AppliedFile already = new AppliedFile(revision, true, 1, false, null);
        Hash hash = revision.revision().hash();
        if (this.replica.pending(hash).isEmpty()) {
            answer.complete(already);
            return;
        }
        this.replica.joinPending(hash, new Replica.Submission() {

            @Override
            public void held() {
                answer.complete(already);
            }

            @Override
            public void failed(IOException why) {
                answer.completeExceptionally(new RefusedException(RefusedException.Reason.STORAGE,
                        "The change was not accepted, because it could not be written: " + why.getMessage(), null));
            }

        });
    }

    private Optional<FileRevision> currentToBe(FileRequest request) {
        Optional<Version> greatest = this.replica.greatestToBe(FileFacts.key(request.group(), request.name()),
                Retention.HISTORY);
        Optional<FileRevision> held = Optional.ofNullable(files(request.group()).get(request.name()));
        if (greatest.isEmpty() || held.map((file) -> file.revision().version()).equals(greatest)) {
            return held;
        }
        return this.replica.pending(greatest.get().hash()).map(FileFacts::revision);
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        if (!fact.key().kind().equals(FileFacts.FILE)) {
            return;
        }
        FileRevision revision = FileFacts.revision(fact);
        this.groups.computeIfAbsent(revision.group(), (group) -> new TreeMap<>())
            .computeIfAbsent(revision.name(), (name) -> new Kept())
            .add(revision);
        if (newest) {
            SortedMap<FileName, FileRevision> files = new TreeMap<>(files(revision.group()));
            files.put(revision.name(), revision);
            this.current.put(revision.group(), Collections.unmodifiableSortedMap(files));
            log.info("File revision holds: group={} file={} revision={} author={} bytes={} removed={}",
                    revision.group(), revision.name(), revision.id(), revision.revision().author(),
                    revision.revision().size(), revision.content().isEmpty());
            this.listeners.forEach((listener) -> listener.filesChanged(revision.group()));
        }
    }

    @Override
    public void dropped(FactKey key, Hash fact) {
        if (key.kind().equals(FileFacts.FILE)) {
            SortedMap<FileName, Kept> files = this.groups.get(GroupName.parse(key.subject()));
            Kept kept = (files != null) ? files.get(new FileName(key.detail())) : null;
            if (kept != null) {
                kept.remove(fact);
            }
        }
    }

    @Override
    public void receipt(MemberId from, Hash fact, Version greatest) {
        this.applies.receipt(from, fact, greatest);
    }

    /** The kept revisions of one file. */
    private static final class Kept {

        private final SortedMap<Version, FileRevision> revisions = new TreeMap<>(Collections.reverseOrder());

        void add(FileRevision revision) {
            this.revisions.put(revision.revision().version(), revision);
        }

        void remove(Hash hash) {
            this.revisions.keySet().removeIf((version) -> version.hash().equals(hash));
        }

        List<FileRevision> newestFirst() {
            return List.copyOf(this.revisions.values());
        }

    }

}
