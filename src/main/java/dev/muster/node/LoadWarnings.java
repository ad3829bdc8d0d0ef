package dev.muster.node;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.muster.group.GroupName;
import dev.muster.group.InvalidNameException;
import dev.muster.group.Mismatch;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.MemberId;
import dev.muster.service.BindCycle;
import dev.muster.service.ServiceSpec;
import dev.muster.service.Tie;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is not as it should be with how a service is loaded, as far as this node knows the
 * others. Any thread.
 */
final class LoadWarnings {

    private static final Logger log = LoggerFactory.getLogger(LoadWarnings.class);

    private final MemberId self;

    private final String name;

    private final ServiceGroupRegistry registry;

    /**
     * @param name what people call this member
     */
    LoadWarnings(MemberId self, String name, ServiceGroupRegistry registry) {
        this.self = self;
        this.name = name;
        this.registry = registry;
    }

    /** In sentences; none where all is well. */
    List<String> of(GroupName group, ServiceSpec spec) {
        List<String> warnings = new ArrayList<>();
        String own = group.toString();
        if (!spec.binds().isEmpty()) {
            BindCycle.through(own, (other) -> other.equals(own)
                    ? Stream.concat(Tie.of(spec).stream(), ties(other, true).stream()).toList() : ties(other, false))
                .ifPresent((circle) -> warnings.add(circle.warning()));
        }
        Mismatch
            .of(this.registry.group(group), this.self, this.name, spec.ident().toString(), spec.topology().wireName())
            .ifPresent((text) -> warnings.add("mismatch in " + own + ": " + text));
        return warnings;
    }

    void log(GroupName group, ServiceSpec spec) {
        of(group, spec).forEach((text) -> log
            .warn("Service is loaded, and something is not as it should be: group={} reason=\"{}\"", group, text));
    }

    /**
     * What members of a group say that they are bound to.
     * @param own without this one, which is about to be bound otherwise
     */
    private List<Tie> ties(String group, boolean own) {
        try {
            return this.registry.group(GroupName.parse(group))
                .map((known) -> known.members()
                    .values()
                    .stream()
                    .filter((member) -> member.present() && !(own && member.id().equals(this.self)))
                    .flatMap((member) -> member.state().stream())
                    .flatMap((state) -> state.ties().stream())
                    .toList())
                .orElse(List.of());
        }
        catch (InvalidNameException ex) {
            return List.of();
        }
    }

}
