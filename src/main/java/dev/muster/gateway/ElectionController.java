package dev.muster.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;

import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.ServiceGroupRegistry;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who leads a group, and who may say so. */
@RestController
@RequestMapping("/v1/groups/{group}/election")
final class ElectionController {

    private final ServiceGroupRegistry registry;

    private final ElectionControl elections;

    ElectionController(ServiceGroupRegistry registry, ElectionControl elections) {
        this.registry = registry;
        this.elections = elections;
    }

    @GetMapping
    ElectionLine election(@PathVariable String group) {
        return line(GroupName.parse(group));
    }

    @PostMapping("/recover")
    ElectionLine recover(@PathVariable String group, @RequestParam String voters) {
        GroupName name = GroupName.parse(group);
        List<String> named = Arrays.stream(voters.split(","))
            .map(String::strip)
            .filter((voter) -> !voter.isEmpty())
            .toList();
        if (named.isEmpty()) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "Name the voters that are left, as voters=a,b; they must be present and run " + name);
        }
        try {
            this.elections.recover(name, named).join();
        }
        catch (CompletionException ex) {
            throw (ex.getCause() instanceof RefusedException refused) ? refused : ex;
        }
        return line(name);
    }

    private ElectionLine line(GroupName name) {
        GroupSnapshot known = this.registry.group(name)
            .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND,
                    "Nobody runs " + name + ", so it has no leader; load it with --topology leader")
                .with("group", name.toString()));
        return ElectionLine.of(known, this.elections.standing(name));
    }

}
