package dev.muster.gateway;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.gateway.CandidateChecks.Candidate;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
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

/** Changes of a group's configuration. */
@RestController
@RequestMapping("/v1/groups")
final class GroupController {

    private final ServiceGroupRegistry registry;

    private final FileControl files;

    private final BroughtContents brought;

    private final Intake intake;

    GroupController(ServiceGroupRegistry registry, FileControl files, BroughtContents brought, Intake intake) {
        this.registry = registry;
        this.files = files;
        this.brought = brought;
        this.intake = intake;
    }

    @GetMapping
    List<GroupLine> groups(HttpServletRequest request) {
        Caller caller = Caller.of(request);
        return this.registry.groups()
            .values()
            .stream()
            .filter((group) -> caller.sees(group.name().toString()))
            .map(GroupLine::of)
            .toList();
    }

    @PutMapping("/{group}/config")
    ResponseEntity<Object> apply(@PathVariable String group, @RequestParam(required = false) @Nullable String number,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) throws IOException {
        GroupName name = GroupName.parse(group);
        OptionalLong wanted = FileParameters.number(number);
        ConfigBody body = ConfigBody.read(request);
        if (body.envelope().isEmpty() && name.organization() != null && body.layer().length == 0) {
            throw new ProblemException(ProblemType.INVALID_CONFIG, "The configuration is empty, and " + name
                    + ", a group of an organisation, takes only what is encrypted for it, that too: muster config apply "
                    + name + " FILE -u USER --replace-with-empty")
                .with("group", name.toString());
        }
        if (body.envelope().isEmpty() && !Intake.flag(request, "replace-with-empty") && body.tree().isEmpty()) {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The configuration is empty, which would take away every applied key of " + name
                            + "; add --replace-with-empty (replace-with-empty=true) if that is meant")
                .with("group", name.toString());
        }
        return this.intake.take(request, name, wanted, (ifMatch != null) ? Intake.unquoted(ifMatch) : null,
                Optional.of(Candidate.whole(body)), FileParameters.changes(request, name, this.files, this.brought));
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

}
