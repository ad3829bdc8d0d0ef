package dev.muster.gateway;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.config.LayerChange;
import dev.muster.gateway.CandidateChecks.Candidate;
import dev.muster.group.FileChanges;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Changes single keys of a group's configuration: compares and sets. With {@code patch}
 * the body is a layer to be put over the one before, else it names what is set and unset.
 */
@RestController
@RequestMapping("/v1/groups/{group}/config/changes")
final class ConfigChangeController {

    private final ServiceGroupRegistry registry;

    private final RevisionContents contents;

    private final Intake intake;

    ConfigChangeController(ServiceGroupRegistry registry, RevisionContents contents, Intake intake) {
        this.registry = registry;
        this.contents = contents;
        this.intake = intake;
    }

    @PostMapping
    ResponseEntity<Object> change(@PathVariable String group,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            HttpServletRequest request) throws IOException {
        GroupName name = GroupName.parse(group);
        String expected = expected(name, ifMatch, ifNoneMatch);
        ConfigBody sent = ConfigBody.read(request);
        LayerChange change = Intake.flag(request, "patch") ? ChangesBody.patch(sent) : ChangesBody.read(sent);
        Optional<Revision> base = this.registry.group(name).flatMap(GroupSnapshot::current);
        if (!base.map(Revision::id).orElse(RefusedException.NO_REVISION).equals(expected)) {
            throw RefusedException.mismatch(expected, base);
        }
        Map<String, Object> before = base.isPresent() ? this.contents.tree(base.get()) : Map.of();
        Candidate candidate = new Candidate(ConfigBody.of(change.applyTo(before)), change::touches, change.words(),
                change.missing(before), Intake.flag(request, "patch") ? sent.places() : ConfigBody.NOWHERE,
                base.flatMap(Revision::secrets));
        return this.intake.take(request, name, OptionalLong.empty(), expected, Optional.of(candidate),
                FileChanges.NONE);
    }

    private static String expected(GroupName group, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifMatch != null) {
            return Intake.unquoted(ifMatch);
        }
        if ("*".equals(ifNoneMatch)) {
            return RefusedException.NO_REVISION;
        }
        throw new ProblemException(ProblemType.PRECONDITION_REQUIRED,
                "Single keys are changed on a revision that is named: If-Match: \"REVISION\", or If-None-Match: * where "
                        + group + " has none yet")
            .with("group", group.toString());
    }

}
