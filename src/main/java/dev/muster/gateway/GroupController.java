package dev.muster.gateway;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.RevisionStatus;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.group.ServiceGroupRegistry.Until;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
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

    private final ServiceGroupRegistry registry;

    private final Intake intake;

    GroupController(ServiceGroupRegistry registry, Intake intake) {
        this.registry = registry;
        this.intake = intake;
    }

    @GetMapping
    List<GroupLine> groups() {
        return this.registry.groups().values().stream().map(GroupLine::of).toList();
    }

    @PutMapping("/{group}/config")
    ResponseEntity<Intake.Answer> apply(@PathVariable String group,
            @RequestParam(required = false) @Nullable String number,
            @RequestParam(name = "replace-with-empty", defaultValue = "false") boolean replaceWithEmpty,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) throws IOException {
        GroupName name = GroupName.parse(group);
        OptionalLong wanted = (number != null) ? OptionalLong.of(number(number)) : OptionalLong.empty();
        ConfigBody body = ConfigBody.read(request);
        if (body.tree().isEmpty() && !replaceWithEmpty) {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The configuration is empty, which would take away every applied key of " + name
                            + "; add --replace-with-empty (replace-with-empty=true) if that is meant")
                .with("group", name.toString());
        }
        return this.intake.take(request, name, wanted, (ifMatch != null) ? Intake.unquoted(ifMatch) : null, body);
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
