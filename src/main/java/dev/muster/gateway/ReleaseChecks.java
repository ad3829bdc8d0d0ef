package dev.muster.gateway;

import java.util.List;

import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.pack.PackageIdent;

import org.springframework.stereotype.Component;

/** Refuses a way back to a release that is nowhere any longer. */
@Component
final class ReleaseChecks {

    private final ReleaseControl releases;

    private final ServiceGroupRegistry registry;

    ReleaseChecks(ReleaseControl releases, ServiceGroupRegistry registry) {
        this.releases = releases;
        this.registry = registry;
    }

    /**
     * Holds a release that a group is to run against what its members have and can get.
     * @return who of them cannot have it now
     * @throws ProblemException when none of them can
     */
    List<String> require(GroupName group, PackageIdent release) {
        boolean same = this.registry.group(group)
            .flatMap((known) -> known.current().flatMap(known::release))
            .filter(release::equals)
            .isPresent();
        if (same) {
            return List.of();
        }
        ReleaseControl.Survey survey = this.releases.ask(group, release).join();
        if (survey.gone()) {
            throw new ProblemException(ProblemType.NOT_FOUND,
                    "No member of " + group + " that is present can have " + release + ": "
                            + String.join("; ", survey.obstacles())
                            + ". Put it into their source again, or install it there with 'muster pkg install',"
                            + " and go back then; nothing was changed")
                .with("group", group.toString());
        }
        return survey.obstacles()
            .stream()
            .map((obstacle) -> "cannot have " + release + " now, and waits until it can: " + obstacle)
            .toList();
    }

}
