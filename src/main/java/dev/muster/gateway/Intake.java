package dev.muster.gateway;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.muster.config.Content;
import dev.muster.content.NoSecondCopyException;
import dev.muster.config.SecretKeys;
import dev.muster.gateway.CandidateChecks.Candidate;
import dev.muster.gateway.CandidateChecks.Judged;
import dev.muster.gateway.HistoryController.ValueLine;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.GroupFiles;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MissingContentException;
import dev.muster.group.Prospect;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.key.Token;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.InvalidRolloutException;
import dev.muster.rollout.RolloutOptions;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Takes in what a group is to have, whichever verb asks for it, and answers with the
 * revision, or with what would become of it. What all these verbs may say beside the
 * content is read from the request here: {@code message}, {@code allow-unknown},
 * {@code plan}, how it is to be taken, {@code Muster-Author}.
 */
@Component
final class Intake {

    private static final int LONGEST_MESSAGE = 1_024;

    private final ServiceGroupRegistry registry;

    private final FileControl files;

    private final RevisionContents contents;

    private final CandidateControl candidates;

    private final CandidateChecks checks;

    private final ReleaseChecks releases;

    Intake(ServiceGroupRegistry registry, FileControl files, RevisionContents contents, CandidateControl candidates,
            CandidateChecks checks, ReleaseChecks releases) {
        this.registry = registry;
        this.files = files;
        this.contents = contents;
        this.candidates = candidates;
        this.checks = checks;
        this.releases = releases;
    }

    /**
     * Checks it and lets it through the door, or not.
     * @param ifRevision id of the revision that must be current, or null
     * @param candidate the layer; empty where that of the current revision stays
     * @param files what becomes of the files
     * @return 201 with the new revision once it is durable, 200 with the current one
     * where that says the same; with {@code plan} 200 with what would happen
     */
    ResponseEntity<Object> take(HttpServletRequest request, GroupName group, OptionalLong number,
            @Nullable String ifRevision, Optional<Candidate> candidate, FileChanges files) {
        return take(request, group, number, ifRevision, candidate, files, Optional.empty());
    }

    /**
     * As above.
     * @param release which release of its package the group shall run; empty where that
     * stays as it is
     */
    ResponseEntity<Object> take(HttpServletRequest request, GroupName group, OptionalLong number,
            @Nullable String ifRevision, Optional<Candidate> candidate, FileChanges files,
            Optional<PackageIdent> release) {
        Optional<ConfigBody> body = candidate.map(Candidate::body);
        requireReadable(request);
        request(request, group, number, ifRevision, body, Optional.empty(), files, release).requireEncryption();
        List<String> warnings = new ArrayList<>();
        Optional<Judged> judged = candidate.map((known) -> {
            known.missing().forEach((key) -> warnings.add(key + " was not set, so nothing was taken out"));
            return this.checks.require(group, known, flag(request, "allow-unknown"));
        });
        judged.ifPresent((known) -> warnings.addAll(known.warnings()));
        release.ifPresent((wanted) -> warnings.addAll(this.releases.require(group, wanted)));
        Optional<SecretKeys> secrets = judged.flatMap(Judged::secrets);
        ApplyRequest apply = request(request, group, number, ifRevision, body, secrets, files, release);
        if (flag(request, "plan")) {
            return ResponseEntity.ok(plan(apply, body, warnings, Caller.of(request)));
        }
        Applied applied = decided(apply, this.files.apply(apply), body);
        URI location = URI.create("/v1/groups/" + group + "/revisions/" + applied.revision().id());
        return ResponseEntity.status(applied.already() ? HttpStatus.OK : HttpStatus.CREATED)
            .location(location)
            .eTag('"' + applied.revision().id() + '"')
            .body(answer(applied, body, warnings, Caller.of(request)));
    }

    private static ApplyRequest request(HttpServletRequest request, GroupName group, OptionalLong number,
            @Nullable String ifRevision, Optional<ConfigBody> body, Optional<SecretKeys> secrets, FileChanges files,
            Optional<PackageIdent> release) {
        return new ApplyRequest(group, number, ifRevision, body
            .map((known) -> new ApplyRequest.Layer(known.layer(), known.contentHash(), known.envelope(), secrets)),
                files, release, author(request), message(request), RolloutController.asked(request));
    }

    /**
     * Refuses what cannot be taken whatever its body is, before that is read.
     * @throws ProblemException when something that all verbs may say is wrong
     */
    void requireReadable(HttpServletRequest request) {
        author(request);
        message(request);
        RolloutController.asked(request);
        flag(request, "plan");
    }

    /**
     * Refuses what is not encrypted and has to be, before its content is read.
     * @throws RefusedException with what to type instead
     */
    void requirePlainTaken(HttpServletRequest request, GroupName group, FileChanges files) {
        new ApplyRequest(group, OptionalLong.empty(), null, Optional.empty(), files, author(request), null,
                RolloutOptions.NONE)
            .requireEncryption();
    }

    private PlanAnswer plan(ApplyRequest apply, Optional<ConfigBody> body, List<String> warnings, Caller caller) {
        Prospect prospect = decided(apply, this.registry.foresee(apply), body);
        Optional<Revision> base = prospect.base();
        boolean encrypted = body.map(ConfigBody::envelope)
            .orElseGet(() -> base.flatMap(Revision::envelope))
            .isPresent();
        SecretKeys secrets = secrets(apply, base);
        Map<String, Object> before = base.flatMap(this.contents::find).orElse(Map.of());
        byte[] layer = body.map(ConfigBody::layer)
            .orElseGet(() -> base.map(this.contents::text).orElse("").getBytes(StandardCharsets.UTF_8));
        boolean shown = base.flatMap(Revision::envelope).isEmpty() && !encrypted;
        if (!shown) {
            warnings.add("values and the text of files cannot be shown, since they are encrypted");
        }
        Optional<GroupSnapshot> group = this.registry.group(apply.group());
        return new PlanAnswer(apply.group().toString(), base.map(Revision::id).orElse(null),
                PlanAnswer.number(prospect.number()), prospect.number().isPresent() ? "planned" : "already",
                shown ? ValueLine.of(Content.changes(before, body.map(ConfigBody::tree).orElse(before), secrets))
                        : List.of(),
                FileChangeLine.of(prospect.fileChanges()),
                ReleaseLine.of(base.flatMap((known) -> release(apply.group(), known)), prospect.release()), warnings,
                this.candidates
                    .plan(apply.group(), layer, encrypted, told(apply, base), prospect.files(), prospect.release())
                    .join()
                    .stream()
                    .map((member) -> PlanAnswer.MemberLine.of(member,
                            group.filter((known) -> known.leads(member.id())).isPresent()))
                    .toList(),
                PlanAnswer.RolloutLine.of(this.registry.plan(apply.group(), apply.rollout())),
                note(apply.group(), caller));
    }

    /** What the group runs with a revision, as far as its revisions tell. */
    private Optional<PackageIdent> release(GroupName group, Revision revision) {
        return this.registry.group(group).flatMap((known) -> known.release(revision));
    }

    /** What of a change, and of what it is made on, is not to be shown. */
    private SecretKeys secrets(ApplyRequest apply, Optional<Revision> base) {
        SecretKeys before = base.map(this.contents::secrets).orElse(SecretKeys.NONE);
        return apply.layer()
            .map((layer) -> this.contents.secrets(apply.group(), layer.secrets()).and(before))
            .orElse(before);
    }

    /** Members render by what their package marks, and by what was said of this layer. */
    private static SecretKeys told(ApplyRequest apply, Optional<Revision> base) {
        return apply.layer()
            .map(ApplyRequest.Layer::secrets)
            .orElseGet(() -> base.flatMap(Revision::secrets))
            .orElse(SecretKeys.NONE);
    }

    /**
     * What a request says of yes and no.
     * @throws ProblemException when it says neither
     */
    static boolean flag(HttpServletRequest request, String name) {
        String value = request.getParameter(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw new ProblemException(ProblemType.BAD_REQUEST, name + " is true or false, not '" + value + "'");
    }

    /**
     * Who asks: with a token that is its name, whatever the request says; else what the
     * request says.
     */
    static String author(HttpServletRequest request) {
        return Caller.of(request).token().map(Token::name).orElseGet(() -> claimed(request));
    }

    /** Who asks, as the request says. */
    static String claimed(HttpServletRequest request) {
        String header = request.getHeader("Muster-Author");
        if (header == null) {
            return "api@" + request.getRemoteAddr();
        }
        // A header's bytes arrive one a character; ours are UTF-8.
        String author = new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        try {
            return ApplyRequest.requireAuthor(author);
        }
        catch (IllegalArgumentException ex) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "Muster-Author: " + ex.getMessage());
        }
    }

    /** Why, as the request says it. */
    static @Nullable String message(HttpServletRequest request) {
        String message = request.getParameter("message");
        if (message != null && message.length() > LONGEST_MESSAGE) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "The message has " + message.length() + " characters; the most is " + LONGEST_MESSAGE);
        }
        return message;
    }

    static String unquoted(String tag) {
        return (tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")) ? tag.substring(1, tag.length() - 1)
                : tag;
    }

    private <T> T decided(ApplyRequest apply, CompletableFuture<T> decision, Optional<ConfigBody> body) {
        GroupName group = apply.group();
        try {
            return decision.join();
        }
        catch (CompletionException ex) {
            if (ex.getCause() instanceof InvalidRolloutException invalid) {
                throw invalid;
            }
            if (ex.getCause() instanceof RefusedException refused) {
                throw (refused.reason() == RefusedException.Reason.CONFLICT && body.isPresent())
                        ? conflict(refused, body.get(), secrets(apply, refused.current())) : refused;
            }
            if (ex.getCause() instanceof MissingContentException missing) {
                throw new ProblemException(ProblemType.NOT_FOUND, missing.getMessage()).with("group", group.toString());
            }
            if (ex.getCause() instanceof NoSecondCopyException alone) {
                throw new ProblemException(ProblemType.UNAVAILABLE, "The files of " + group
                        + " were not announced, for " + alone.getMessage() + "; try again, nothing was changed")
                    .with("group", group.toString());
            }
            throw ex;
        }
    }

    /** A conflict shows what stands there, so that nobody has to ask again to see why. */
    private RuntimeException conflict(RefusedException refused, ConfigBody body, SecretKeys secrets) {
        Optional<Revision> current = refused.current();
        Optional<Map<String, Object>> content = current.flatMap(this.contents::find);
        if (content.isEmpty() || body.envelope().isPresent()) {
            return refused;
        }
        Revision revision = current.get();
        return new ProblemException(ProblemType.CONFLICT,
                refused.getMessage() + " (current is " + ProblemAdvice.told(revision) + ")")
            .with("group", revision.group().toString())
            .with("current", ProblemAdvice.describe(revision))
            .with("diff", Content.difference(content.get(), body.tree(), secrets));
    }

    private Answer answer(Applied applied, Optional<ConfigBody> body, List<String> warnings, Caller caller) {
        Revision revision = applied.revision();
        List<String> vanished = body.filter((now) -> now.envelope().isEmpty())
            .flatMap((now) -> applied.base()
                .flatMap((base) -> this.contents.find(base)
                    .map((before) -> vanished(new ArrayList<>(), before, now.tree(), this.contents.secrets(base)))))
            .orElse(List.of());
        GroupFiles before = applied.already() ? revision.files()
                : applied.base().map(Revision::files).orElse(GroupFiles.NONE);
        return new Answer(revision.id(), revision.group().toString(), revision.number(), revision.hash().hex(),
                revision.author(), revision.time(), revision.message().orElse(null),
                EncryptedBy.of(revision.envelope()), applied.already() ? "already" : "accepted", applied.copies(),
                applied.oneCopyOnly(), applied.overtakenBy(), vanished,
                FileChangeLine.of(revision.files().changesSince(before)),
                applied.already() ? null
                        : ReleaseLine.of(applied.base().flatMap(Revision::release), revision.release()),
                warnings, note(revision.group(), caller));
    }

    private static List<String> vanished(List<String> path, Map<?, ?> before, Map<?, ?> after, SecretKeys secrets) {
        List<String> vanished = new ArrayList<>();
        before.forEach((key, value) -> {
            path.add((String) key);
            if (!after.containsKey(key)) {
                vanished.add(String.join(".", path));
            }
            else if (value instanceof Map<?, ?> left && after.get(key) instanceof Map<?, ?> right
                    && !secrets.hides(path, value)) {
                vanished.addAll(vanished(path, left, right, secrets));
            }
            path.remove(path.size() - 1);
        });
        return vanished;
    }

    private @Nullable String note(GroupName group, Caller caller) {
        boolean anybody = this.registry.group(group).map((known) -> !known.members().isEmpty()).orElse(false);
        if (anybody) {
            return null;
        }
        List<String> known = this.registry.groups()
            .values()
            .stream()
            .filter((other) -> !other.members().isEmpty())
            .map((other) -> other.name().toString())
            .filter(caller::sees)
            .toList();
        return "nobody runs " + group + "; known: " + (known.isEmpty() ? "none" : String.join(", ", known));
    }

    /**
     * What became of an apply.
     *
     * @param encrypted null for a configuration that everybody may see
     * @param applied {@code accepted} or {@code already}
     * @param copies how many members are known to have it on disk
     * @param oneCopyOnly whether another member was present and has not answered in time
     * @param overtakenBy id of a greater revision that another member holds
     * @param vanished keys that the layer before had and this one has not
     * @param files those that it changed
     * @param release null where it is as it was
     * @param warnings what may be a mistake
     * @param note what the asker should know besides
     */
    record Answer(String id, String group, long number, String hash, String author, Instant time,
            @Nullable String message, @Nullable EncryptedBy encrypted, String applied, int copies, boolean oneCopyOnly,
            @Nullable String overtakenBy, List<String> vanished, List<FileChangeLine> files,
            @Nullable ReleaseLine release, List<String> warnings, @Nullable String note) {
    }

}
