package dev.muster.gateway;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;

import dev.muster.config.Content;
import dev.muster.config.KeyPath;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rollout.InvalidRolloutException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Takes in what a group's configuration is to be, whichever verb asks for it, and answers
 * with the revision. What all these verbs may say beside the content is read from the
 * request here: {@code message}, {@code Muster-Author}.
 */
@Component
final class Intake {

    private static final int LONGEST_MESSAGE = 1_024;

    private final ServiceGroupRegistry registry;

    private final RevisionContents contents;

    Intake(ServiceGroupRegistry registry, RevisionContents contents) {
        this.registry = registry;
        this.contents = contents;
    }

    /**
     * Lets it through the door, or not.
     * @param ifRevision id of the revision that must be current, or null
     * @return 201 with the new revision once it is durable, 200 with the current one
     * where that says the same
     */
    ResponseEntity<Answer> take(HttpServletRequest request, GroupName group, OptionalLong number,
            @Nullable String ifRevision, ConfigBody body) {
        return take(request, group, number, ifRevision, body, Set.of());
    }

    /**
     * As above.
     * @param missing keys that were to be taken out and were not there
     */
    ResponseEntity<Answer> take(HttpServletRequest request, GroupName group, OptionalLong number,
            @Nullable String ifRevision, ConfigBody body, Set<KeyPath> missing) {
        ApplyRequest apply = new ApplyRequest(group, number, ifRevision, body.toml(), body.contentHash(),
                author(request), message(request), RolloutController.asked(request));
        Applied applied = applied(apply, body);
        URI location = URI.create("/v1/groups/" + group + "/revisions/" + applied.revision().id());
        return ResponseEntity.status(applied.already() ? HttpStatus.OK : HttpStatus.CREATED)
            .location(location)
            .eTag('"' + applied.revision().id() + '"')
            .body(answer(applied, body, missing));
    }

    /** Who asks, as the request says. */
    static String author(HttpServletRequest request) {
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

    private static @Nullable String message(HttpServletRequest request) {
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

    private Applied applied(ApplyRequest apply, ConfigBody body) {
        try {
            return this.registry.apply(apply).join();
        }
        catch (CompletionException ex) {
            if (ex.getCause() instanceof InvalidRolloutException invalid) {
                throw invalid;
            }
            if (ex.getCause() instanceof RefusedException refused) {
                throw (refused.reason() == RefusedException.Reason.CONFLICT) ? conflict(refused, body) : refused;
            }
            throw ex;
        }
    }

    /** A conflict shows what stands there, so that nobody has to ask again to see why. */
    private RuntimeException conflict(RefusedException refused, ConfigBody body) {
        Optional<Revision> current = refused.current();
        Optional<Map<String, Object>> content = current.flatMap(this.contents::find);
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

    private Answer answer(Applied applied, ConfigBody body, Set<KeyPath> missing) {
        Revision revision = applied.revision();
        List<String> vanished = applied.base()
            .flatMap(this.contents::find)
            .map((before) -> vanished("", before, body.tree()))
            .orElse(List.of());
        return new Answer(revision.id(), revision.group().toString(), revision.number(), revision.hash().hex(),
                revision.author(), revision.time(), revision.message().orElse(null),
                applied.already() ? "already" : "accepted", applied.copies(), applied.oneCopyOnly(),
                applied.overtakenBy(), vanished, warnings(missing), note(revision.group()));
    }

    private static List<String> warnings(Set<KeyPath> missing) {
        return missing.stream().map((key) -> key + " was not set, so nothing was taken out").toList();
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

    /**
     * What became of an apply.
     *
     * @param applied {@code accepted} or {@code already}
     * @param copies how many members are known to have it on disk
     * @param oneCopyOnly whether another member was present and has not answered in time
     * @param overtakenBy id of a greater revision that another member holds
     * @param vanished keys that the layer before had and this one has not
     * @param warnings what may be a mistake
     * @param note what the asker should know besides
     */
    record Answer(String id, String group, long number, String hash, String author, Instant time,
            @Nullable String message, String applied, int copies, boolean oneCopyOnly, @Nullable String overtakenBy,
            List<String> vanished, List<String> warnings, @Nullable String note) {
    }

}
