package dev.muster.gateway;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.group.RevisionStatus;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.group.ServiceGroupRegistry.Until;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Changes of a group's configuration, and what became of them. */
@RestController
@RequestMapping("/v1/groups")
final class GroupController {

    private static final Duration LONGEST_POLL = Duration.ofMinutes(10);

    private static final int LONGEST_MESSAGE = 1_024;

    private final ServiceGroupRegistry registry;

    GroupController(ServiceGroupRegistry registry) {
        this.registry = registry;
    }

    @GetMapping
    List<GroupLine> groups() {
        return this.registry.groups().values().stream().map(GroupLine::of).toList();
    }

    @PutMapping("/{group}/config")
    ResponseEntity<AppliedAnswer> apply(@PathVariable String group,
            @RequestParam(required = false) @Nullable String number,
            @RequestParam(required = false) @Nullable String message,
            @RequestParam(name = "replace-with-empty", defaultValue = "false") boolean replaceWithEmpty,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = "Muster-Author", required = false) @Nullable String author,
            HttpServletRequest request) throws IOException {
        GroupName name = GroupName.parse(group);
        OptionalLong wanted = (number != null) ? OptionalLong.of(number(number)) : OptionalLong.empty();
        if (message != null && message.length() > LONGEST_MESSAGE) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "The message has " + message.length() + " characters; the most is " + LONGEST_MESSAGE);
        }
        ConfigBody body = ConfigBody.read(request);
        if (body.tree().isEmpty() && !replaceWithEmpty) {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The configuration is empty, which would take away every applied key of " + name
                            + "; add --replace-with-empty (replace-with-empty=true) if that is meant")
                .with("group", name.toString());
        }
        // A header's bytes arrive one a character; ours are UTF-8.
        String by = (author != null) ? new String(author.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                : "api@" + request.getRemoteAddr();
        ApplyRequest apply;
        try {
            apply = new ApplyRequest(name, wanted, (ifMatch != null) ? unquoted(ifMatch) : null, body.toml(),
                    body.contentHash(), by, message);
        }
        catch (IllegalArgumentException ex) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "Muster-Author: " + ex.getMessage());
        }
        Applied applied = applied(apply, body);
        AppliedAnswer answer = answer(applied, body);
        URI location = URI.create("/v1/groups/" + name + "/revisions/" + applied.revision().id());
        return ResponseEntity.status(applied.already() ? HttpStatus.OK : HttpStatus.CREATED)
            .location(location)
            .eTag('"' + applied.revision().id() + '"')
            .body(answer);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        }
        catch (NumberFormatException ex) {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The number '" + text + "' must be from 1 to " + Revision.MAX_NUMBER);
        }
    }

    private static String unquoted(String tag) {
        return (tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")) ? tag.substring(1, tag.length() - 1)
                : tag;
    }

    private Applied applied(ApplyRequest apply, ConfigBody body) {
        try {
            return this.registry.apply(apply).join();
        }
        catch (CompletionException ex) {
            if (ex.getCause() instanceof RefusedException refused) {
                throw (refused.reason() == RefusedException.Reason.CONFLICT) ? conflict(refused, body) : refused;
            }
            throw ex;
        }
    }

    /** A conflict shows what stands there, so that nobody has to ask again to see why. */
    private RuntimeException conflict(RefusedException refused, ConfigBody body) {
        Optional<Revision> current = refused.current();
        Optional<Map<String, Object>> content = current.flatMap(this::content);
        if (content.isEmpty()) {
            return refused;
        }
        Revision revision = current.get();
        return new ProblemException(ProblemType.CONFLICT,
                refused.getMessage() + " (current is " + revision.id() + " by " + revision.author() + " of "
                        + revision.time() + ")")
            .with("group", revision.group().toString())
            .with("current", ProblemAdvice.describe(revision))
            .with("diff", Content.difference(content.get(), body.tree()));
    }

    private Optional<Map<String, Object>> content(Revision revision) {
        try {
            return Optional.of(Toml.parse(new String(this.registry.content(revision), StandardCharsets.UTF_8)));
        }
        catch (IOException ex) {
            // Superseded and dropped meanwhile, or on its way to the disk: the answer
            // goes without it.
            return Optional.empty();
        }
    }

    private AppliedAnswer answer(Applied applied, ConfigBody body) {
        Revision revision = applied.revision();
        List<String> vanished = applied.base()
            .flatMap(this::content)
            .map((before) -> vanished("", before, body.tree()))
            .orElse(List.of());
        return new AppliedAnswer(revision.id(), revision.group().toString(), revision.number(), revision.hash().hex(),
                revision.author(), revision.time(), revision.message().orElse(null),
                applied.already() ? "already" : "accepted", applied.copies(), applied.oneCopyOnly(),
                applied.overtakenBy(), vanished, note(revision.group()));
    }

    private static List<String> vanished(String prefix, Map<?, ?> before, Map<?, ?> after) {
        List<String> vanished = new ArrayList<>();
        before.forEach((key, value) -> {
            if (!after.containsKey(key)) {
                vanished.add(prefix + key);
            }
            else if (value instanceof Map<?, ?> left && after.get(key) instanceof Map<?, ?> right) {
                vanished.addAll(vanished(prefix + key + ".", left, right));
            }
        });
        return vanished;
    }

    private @Nullable String note(GroupName group) {
        boolean anybody = this.registry.group(group).map((known) -> !known.members().isEmpty()).orElse(false);
        if (anybody) {
            return null;
        }
        List<String> known = this.registry.groups()
            .values()
            .stream()
            .filter((other) -> !other.members().isEmpty())
            .map((other) -> other.name().toString())
            .toList();
        return "nobody runs " + group + "; known: " + (known.isEmpty() ? "none" : String.join(", ", known));
    }

    @GetMapping("/{group}/revisions/{revision}")
    CompletableFuture<StatusAnswer> status(@PathVariable String group, @PathVariable String revision,
            @RequestParam(required = false) @Nullable String until,
            @RequestParam(required = false) @Nullable String timeout) {
        GroupName name = GroupName.parse(group);
        Until wanted = until(until);
        Duration patience = (timeout != null) ? Durations.parse("timeout", timeout) : Duration.ofSeconds(10);
        if (patience.compareTo(LONGEST_POLL) > 0) {
            patience = LONGEST_POLL;
        }
        return this.registry.status(name, revision, wanted, patience)
            .thenApply((status) -> status.map(StatusAnswer::of)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, missing(name, revision)).with("group",
                        name.toString())));
    }

    private String missing(GroupName group, String revision) {
        List<String> ids = this.registry.group(group)
            .map(GroupSnapshot::revisions)
            .orElse(List.of())
            .stream()
            .limit(5)
            .map(Revision::id)
            .toList();
        return ids.isEmpty() ? "The group " + group + " has no revision yet; config apply makes one"
                : "The group " + group + " has no revision " + revision + "; the newest are " + String.join(", ", ids);
    }

    private static Until until(@Nullable String text) {
        if (text == null) {
            return Until.NOW;
        }
        return switch (text) {
            case "received" -> Until.RECEIVED;
            case "top" -> Until.TOP;
            default ->
                throw new ProblemException(ProblemType.BAD_REQUEST, "until is received or top, not '" + text + "'");
        };
    }

    /**
     * A group in a list.
     *
     * @param current id of its current revision
     * @param present how many of its members are
     */
    record GroupLine(String group, @Nullable String current, int members, int present) {

        static GroupLine of(GroupSnapshot group) {
            int present = (int) group.members().values().stream().filter(GroupSnapshot.Member::present).count();
            return new GroupLine(group.name().toString(), group.current().map(Revision::id).orElse(null),
                    group.members().size(), present);
        }

    }

    /**
     * What became of an apply.
     *
     * @param applied {@code accepted} or {@code already}
     * @param copies how many members are known to have it on disk
     * @param oneCopyOnly whether another member was present and has not answered in time
     * @param overtakenBy id of a greater revision that another member holds
     * @param vanished keys that the layer before had and this one has not
     * @param note what the asker should know besides
     */
    record AppliedAnswer(String id, String group, long number, String hash, String author, Instant time,
            @Nullable String message, String applied, int copies, boolean oneCopyOnly, @Nullable String overtakenBy,
            List<String> vanished, @Nullable String note) {
    }

    /**
     * What the members have made of a revision.
     *
     * @param state as {@link RevisionStatus#state()}
     * @param current whether it holds
     */
    record StatusAnswer(String id, String group, long number, String hash, String author, Instant time,
            @Nullable String message, String state, boolean current, boolean received, List<MemberLine> members) {

        static StatusAnswer of(RevisionStatus status) {
            Revision revision = status.revision();
            return new StatusAnswer(revision.id(), revision.group().toString(), revision.number(),
                    revision.hash().hex(), revision.author(), revision.time(), revision.message().orElse(null),
                    status.state(), status.current(), status.received(),
                    status.members().stream().map(MemberLine::of).toList());
        }

    }

    /**
     * How far one member is.
     *
     * @param state one of the states on the wire, as {@code received}
     * @param pid null when nothing runs
     */
    record MemberLine(String id, String name, String state, boolean received, @Nullable String reason,
            @Nullable Long pid, @Nullable Instant since) {

        static MemberLine of(RevisionStatus.Progress progress) {
            return new MemberLine(progress.id().hex(), progress.name(), progress.rung().wireName(), progress.received(),
                    progress.reason(), (progress.pid() > 0) ? progress.pid() : null, progress.since());
        }

    }

}
