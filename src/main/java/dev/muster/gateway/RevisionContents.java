package dev.muster.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.service.Services;

import org.springframework.stereotype.Component;

/**
 * What revisions say, for answers that show it. The one place that reads it for them, and
 * that says what of it may be shown.
 */
@Component
final class RevisionContents {

    private final ServiceGroupRegistry registry;

    private final Services services;

    RevisionContents(ServiceGroupRegistry registry, Services services) {
        this.registry = registry;
        this.services = services;
    }

    /** Which values of its layer are not to be shown. */
    SecretKeys secrets(Revision revision) {
        return secrets(revision.group(), revision.secrets());
    }

    /**
     * Which values of a layer are not to be shown: those that the door was told of, and
     * those that the package marks which runs here. Where neither is known it is all of
     * them.
     */
    SecretKeys secrets(GroupName group, Optional<SecretKeys> known) {
        Optional<SecretKeys> here = this.services.statuses()
            .stream()
            .filter((status) -> status.group().equals(group.toString()))
            .flatMap((status) -> status.secrets().stream())
            .findFirst();
        return here.map((own) -> own.and(known.orElse(SecretKeys.NONE))).or(() -> known).orElse(SecretKeys.EVERYTHING);
    }

    /** The tree as it may be shown, unless it cannot be read, or is encrypted. */
    Optional<Map<String, Object>> shown(Revision revision) {
        return find(revision).map(secrets(revision)::redact);
    }

    /**
     * The text of a revision's layer, as it was applied: to be applied again, or to be
     * shown where nothing in it is secret. Cipher text, if it was encrypted.
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

    /**
     * As {@link #text}, as a tree; secrets are in it.
     * @throws ProblemException also when it is encrypted
     */
    Map<String, Object> tree(Revision revision) {
        revision.envelope().ifPresent((envelope) -> {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The configuration of " + revision.group() + ", revision " + revision.id() + ", is "
                            + envelope.text() + ", so single keys of it cannot be changed: apply all of it, muster"
                            + " config apply " + revision.group() + " FILE -u USER")
                .with("group", revision.group().toString())
                .with("current", ProblemAdvice.describe(revision));
        });
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

    /** The tree, unless it cannot be read, or is encrypted; secrets are in it. */
    Optional<Map<String, Object>> find(Revision revision) {
        if (revision.envelope().isPresent()) {
            return Optional.empty();
        }
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
