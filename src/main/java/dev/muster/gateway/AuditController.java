package dev.muster.gateway;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.GroupName;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who did what, through this node or all. */
@RestController
@RequestMapping("/v1/audit")
final class AuditController {

    private static final int MOST = 10_000;

    private final AuditControl audit;

    AuditController(AuditControl audit) {
        this.audit = audit;
    }

    @GetMapping
    CompletableFuture<AuditControl.Answer> list(@RequestParam(required = false) @Nullable String since,
            @RequestParam(required = false) @Nullable String group, @RequestParam(defaultValue = "100") int limit,
            @RequestParam(name = "all-members", defaultValue = "false") boolean allMembers) {
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "limit is from 1 to " + MOST + ", not " + limit);
        }
        return this.audit.list(new AuditControl.Query((since != null) ? instant(since) : null,
                (group != null) ? GroupName.parse(group).toString() : null, limit), allMembers);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        }
        catch (DateTimeException ex) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "since is a time as 2026-01-31T12:00:00Z, not '" + text + "'");
        }
    }

}
