package dev.muster.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.Toml;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;

import org.springframework.stereotype.Component;

/** What revisions say, for answers that show it. The one place that reads it for them. */
@Component
final class RevisionContents {

    private final ServiceGroupRegistry registry;

    RevisionContents(ServiceGroupRegistry registry) {
        this.registry = registry;
    }

    /**
     * The text of a revision's layer, as it was applied.
     * @throws ProblemException when it is no longer kept, or cannot be read
     */
    String text(Revision revision) {
        try {
            return new String(this.registry.content(revision), StandardCharsets.UTF_8);
        }
        catch (IOException ex) {
            throw new ProblemException(ProblemType.UNAVAILABLE, "The content of " + revision.group() + " "
                    + revision.id() + " cannot be read now: " + ex.getMessage() + "; try again in a moment")
                .with("group", revision.group().toString());
        }
    }

    /** As {@link #text}, as a tree. */
    Map<String, Object> tree(Revision revision) {
        return Toml.parse(text(revision));
    }

    /** The answer to who asks for a revision that is not kept. */
    ProblemException missing(GroupName group, String revision) {
        List<String> ids = this.registry.group(group)
            .map(GroupSnapshot::revisions)
            .orElse(List.of())
            .stream()
            .limit(5)
            .map(Revision::id)
            .toList();
        String detail = ids.isEmpty() ? "The group " + group + " has no revision yet; config apply makes one"
                : "The group " + group + " has no revision " + revision + "; the newest are " + String.join(", ", ids);
        return new ProblemException(ProblemType.NOT_FOUND, detail).with("group", group.toString());
    }

    /** The tree, unless it cannot be read. */
    Optional<Map<String, Object>> find(Revision revision) {
        try {
            return Optional.of(Toml.parse(new String(this.registry.content(revision), StandardCharsets.UTF_8)));
        }
        catch (IOException ex) {
            // Superseded and dropped meanwhile, or on its way to the disk: the answer
            // goes without it.
            return Optional.empty();
        }
    }

}
