package dev.muster.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

import dev.muster.config.ChangedValue;
import dev.muster.config.Content;
import dev.muster.config.SecretKeys;
import dev.muster.config.TextDiff;
import dev.muster.config.Toml;
import dev.muster.gateway.CandidateChecks.Candidate;
import dev.muster.group.FileChanges;
import dev.muster.group.GroupFiles;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.pack.PackageIdent;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a group's configuration was, what changed it, and the way back. */
@RestController
@RequestMapping("/v1/groups/{group}/revisions")
final class HistoryController {

    private static final int MOST = 1_000;

    private final ServiceGroupRegistry registry;

    private final RevisionContents contents;

    private final Intake intake;

    HistoryController(ServiceGroupRegistry registry, RevisionContents contents, Intake intake) {
        this.registry = registry;
        this.contents = contents;
        this.intake = intake;
    }

    @GetMapping
    HistoryAnswer history(@PathVariable String group, @RequestParam(defaultValue = "20") int limit,
            @RequestParam(required = false) @Nullable String before) {
        GroupName name = GroupName.parse(group);
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "limit is from 1 to " + MOST + ", not " + limit);
        }
        Optional<GroupSnapshot> known = this.registry.group(name);
        List<Revision> all = known.map(GroupSnapshot::revisions).orElse(List.of());
        if (before != null) {
            Revision end = find(name, before);
            all = all.stream().filter((revision) -> revision.compareTo(end) < 0).toList();
        }
        Optional<Revision> current = known.flatMap(GroupSnapshot::current);
        List<RevisionLine> lines = all.stream()
            .limit(limit)
            .map((revision) -> RevisionLine.of(revision, fileChanges(revision), releaseChange(revision),
                    current.filter(revision::equals).isPresent(), known.get().lost().contains(revision.hash()),
                    this.contents.secrets(revision)))
            .toList();
        return new HistoryAnswer(name.toString(), lines, all.size() > lines.size());
    }

    @GetMapping("/{revision}/diff")
    DiffAnswer diff(@PathVariable String group, @PathVariable String revision,
            @RequestParam(required = false) @Nullable String to) {
        GroupName name = GroupName.parse(group);
        Revision asked = find(name, revision);
        if (to != null) {
            return DiffAnswer.of(name, Optional.of(asked), find(name, to), this.contents);
        }
        return DiffAnswer.of(name, base(asked), asked, this.contents);
    }

    /** What it changed in the files; nothing where what it was made on is gone. */
    private List<GroupFiles.Changed> fileChanges(Revision revision) {
        if (revision.base().isEmpty()) {
            return revision.files().changesSince(GroupFiles.NONE);
        }
        return base(revision).map((base) -> revision.files().changesSince(base.files())).orElse(List.of());
    }

    private @Nullable ReleaseLine releaseChange(Revision revision) {
        return ReleaseLine.of(base(revision).flatMap(Revision::release), revision.replaces(), revision.release());
    }

    /** What it was made on, where that is still kept. */
    private Optional<Revision> base(Revision revision) {
        return revision.base()
            .flatMap((base) -> this.registry.group(revision.group())
                .flatMap((group) -> group.revisions()
                    .stream()
                    .filter((other) -> other.hash().equals(base.hash()))
                    .findFirst()));
    }

    @PostMapping("/{revision}/rollback")
    ResponseEntity<Object> rollback(@PathVariable String group, @PathVariable String revision,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) {
        GroupName name = GroupName.parse(group);
        Revision wanted = find(name, revision);
        ConfigBody body = ConfigBody.kept(wanted, this.contents.text(wanted));
        return this.intake.take(request, name, OptionalLong.empty(),
                (ifMatch != null) ? Intake.unquoted(ifMatch) : null,
                Optional.of(Candidate.whole(body).inheriting(wanted.secrets())), FileChanges.whole(wanted.files()),
                this.registry.group(name).flatMap((known) -> known.release(wanted)));
    }

    private Revision find(GroupName group, String revision) {
        return this.registry.group(group)
            .flatMap((known) -> known.find(revision))
            .orElseThrow(() -> this.contents.missing(group, revision));
    }

    /**
     * A group's changes.
     *
     * @param revisions the newest first
     * @param more whether there are earlier ones
     */
    record HistoryAnswer(String group, List<RevisionLine> revisions, boolean more) {
    }

    /**
     * A change in a list.
     *
     * @param base id of the one it was made on; null for a group's first
     * @param size of the layer in bytes; null where it may have secrets, since it tells
     * how long they are
     * @param encrypted null for a configuration that everybody may see
     * @param files that it changed
     * @param release of the package that members run; null where it says nothing of one
     * @param releaseChange null where that is as it was
     * @param current whether it holds
     * @param lost whether the current one was not made from it
     */
    record RevisionLine(String id, long number, String hash, String author, Instant time, @Nullable String message,
            @Nullable String base, @Nullable Integer size, @Nullable EncryptedBy encrypted, List<FileChangeLine> files,
            @Nullable String release, @Nullable ReleaseLine releaseChange, boolean current, boolean lost) {

        static RevisionLine of(Revision revision, List<GroupFiles.Changed> files, @Nullable ReleaseLine release,
                boolean current, boolean lost, SecretKeys secrets) {
            return new RevisionLine(revision.id(), revision.number(), revision.hash().hex(), revision.author(),
                    revision.time(), revision.message().orElse(null),
                    revision.base().map((base) -> base.number() + "-" + base.hash().shortHex()).orElse(null),
                    secrets.isEmpty() ? revision.size() : null, EncryptedBy.of(revision.envelope()),
                    FileChangeLine.of(files), revision.release().map(PackageIdent::toString).orElse(null), release,
                    current, lost);
        }

    }

    /**
     * What tells two changes apart.
     *
     * @param from null where there is nothing to compare with
     * @param values that were added, removed or changed
     * @param files that were added, removed or changed
     * @param release null where both have the same, or the later one says nothing of one
     * @param text unified diff of the two texts, by line; where something may be secret
     * the texts are written anew, for comments may say anything
     * @param differs whether the configurations do; all that is said where one of them is
     * encrypted
     * @param note why values and texts are not told; null where they are
     */
    record DiffAnswer(String group, @Nullable Map<String, Object> from, Map<String, Object> to, List<ValueLine> values,
            List<FileChangeLine> files, @Nullable ReleaseLine release, List<String> text, boolean differs,
            @Nullable String note) {

        static DiffAnswer of(GroupName group, Optional<Revision> from, Revision to, RevisionContents contents) {
            Optional<String> hidden = Stream.concat(from.stream(), Stream.of(to))
                .filter((revision) -> revision.envelope().isPresent())
                .map((revision) -> revision.id() + " is " + revision.envelope().get().text())
                .reduce((one, other) -> one + ", " + other);
            boolean differs = !from.map(Revision::layerHash).equals(Optional.of(to.layerHash()));
            if (hidden.isPresent()) {
                return new DiffAnswer(group.toString(), from.map(ProblemAdvice::describe).orElse(null),
                        ProblemAdvice.describe(to), List.of(), files(from, to), release(from, to), List.of(), differs,
                        hidden.get() + ": " + (differs ? "the texts differ" : "they are the same")
                                + ", and no more can be told");
            }
            String before = from.map(contents::text).orElse("");
            String after = contents.text(to);
            SecretKeys secrets = contents.secrets(to).and(from.map(contents::secrets).orElse(SecretKeys.NONE));
            return new DiffAnswer(group.toString(), from.map(ProblemAdvice::describe).orElse(null),
                    ProblemAdvice.describe(to),
                    ValueLine.of(Content.changes(Toml.parse(before), Toml.parse(after), secrets)), files(from, to),
                    release(from, to), TextDiff.unified(from.map(Revision::id).orElse("/dev/null"), to.id(),
                            shown(before, secrets), shown(after, secrets)),
                    differs, null);
        }

        private static @Nullable ReleaseLine release(Optional<Revision> from, Revision to) {
            return ReleaseLine.of(from.flatMap(Revision::release), to.replaces(), to.release());
        }

        private static List<FileChangeLine> files(Optional<Revision> from, Revision to) {
            return FileChangeLine.of(to.files().changesSince(from.map(Revision::files).orElse(GroupFiles.NONE)));
        }

    }

    private static String shown(String text, SecretKeys secrets) {
        return secrets.isEmpty() ? text : Toml.write(secrets.redact(Toml.parse(text)));
    }

    /**
     * A value that differs.
     *
     * @param change {@code added}, {@code removed} or {@code changed}
     */
    record ValueLine(String key, String change, @Nullable String before, @Nullable String after) {

        static List<ValueLine> of(List<ChangedValue> values) {
            return values.stream()
                .map((value) -> new ValueLine(value.key(), value.change(), value.before(), value.after()))
                .toList();
        }

    }

}
