package dev.muster.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;

import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.ServiceGroupRegistry;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who leads a group, and who may say so. */
@RestController
@RequestMapping("/v1")
final class ElectionController {

    private final ServiceGroupRegistry registry;

    private final ElectionControl elections;

    ElectionController(ServiceGroupRegistry registry, ElectionControl elections) {
        this.registry = registry;
        this.elections = elections;
    }

    /** Of all groups that have a leader by their topology and that the caller may see. */
    @GetMapping("/elections")
    List<ElectionLine> elections(HttpServletRequest request) {
        Caller caller = Caller.of(request);
        return this.registry.groups()
            .values()
            .stream()
            .filter((group) -> caller.sees(group.name().toString()) && ElectionLine.known(group, this.elections))
            .map((group) -> ElectionLine.of(group, this.elections))
            .toList();
    }

    @GetMapping("/groups/{group}/election")
    ElectionLine election(@PathVariable String group) {
        return line(GroupName.parse(group));
    }

    @PostMapping("/groups/{group}/election/recover")
    ElectionLine recover(@PathVariable String group, @RequestParam String voters) {
        GroupName name = GroupName.parse(group);
        GroupSnapshot known = known(name);
        List<String> named = Arrays.stream(voters.split(","))
            .map(String::strip)
            .filter((voter) -> !voter.isEmpty())
            .toList();
        if (named.isEmpty()) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "Name the voters that are left, as voters=a,b; they must be present and run " + name);
        }
        try {
            ElectionControl.Recovered recovered = this.elections.recover(name, named).join();
            ElectionLine now = line(name);
            // This node may be none of the voters, and hears of them from their leader.
            return recovered.lineage().toString().equals(now.lineage()) ? now : ElectionLine.of(known, recovered);
        }
        catch (CompletionException ex) {
            throw (ex.getCause() instanceof RefusedException refused) ? refused : ex;
        }
    }

    private ElectionLine line(GroupName name) {
        return ElectionLine.of(known(name), this.elections);
    }

    private GroupSnapshot known(GroupName name) {
        return this.registry.group(name)
            .filter((group) -> !group.members().isEmpty())
            .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND,
                    "Nobody runs " + name + ", so it has no leader; load it with --topology leader")
                .with("group", name.toString()));
    }

}
