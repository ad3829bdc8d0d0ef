package dev.muster.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.GroupName;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.group.Until;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the members of a group have made of a revision, and make of it. */
@RestController
@RequestMapping("/v1/groups/{group}/revisions/{revision}")
final class RevisionController {

    private static final Duration LONGEST_POLL = Duration.ofMinutes(10);

    private final ServiceGroupRegistry registry;

    private final RevisionContents contents;

    private final RevisionFollowers followers;

    RevisionController(ServiceGroupRegistry registry, RevisionContents contents, RevisionFollowers followers) {
        this.registry = registry;
        this.contents = contents;
        this.followers = followers;
    }

    @GetMapping
    CompletableFuture<RevisionAnswer> status(@PathVariable String group, @PathVariable String revision,
            @RequestParam(required = false) @Nullable String until,
            @RequestParam(required = false) @Nullable String timeout) {
        GroupName name = GroupName.parse(group);
        Until wanted = (until != null) ? until(until) : Until.NOW;
        Duration patience = (timeout != null) ? Durations.parse("timeout", timeout) : Duration.ofSeconds(10);
        if (patience.compareTo(LONGEST_POLL) > 0) {
            patience = LONGEST_POLL;
        }
        return this.registry.status(name, revision, wanted, patience)
            .thenApply((status) -> RevisionAnswer.of(status.orElseThrow(() -> this.contents.missing(name, revision)),
                    this.registry));
    }

    @GetMapping("/events")
    void events(@PathVariable String group, @PathVariable String revision,
            @RequestParam(defaultValue = "top") String until, @RequestParam(required = false) @Nullable String timeout,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String after, HttpServletRequest request,
            HttpServletResponse response) {
        GroupName name = GroupName.parse(group);
        Until wanted = until(until);
        Optional<Duration> patience = Optional.ofNullable(timeout).map((text) -> Durations.parse("timeout", text));
        // Only one that is kept is followed, and none is begun with an answer that turns
        // out to be a refusal.
        Revision kept = this.registry.group(name)
            .flatMap((snapshot) -> snapshot.find(revision))
            .orElseThrow(() -> this.contents.missing(name, revision));
        this.followers.follow(kept, wanted, patience, after, request, response);
    }

    private static Until until(String text) {
        return switch (text) {
            case "received" -> Until.RECEIVED;
            case "acted" -> Until.ACTED;
            case "top" -> Until.TOP;
            default -> throw new ProblemException(ProblemType.BAD_REQUEST,
                    "until is received, acted or top, not '" + text + "'");
        };
    }

}
