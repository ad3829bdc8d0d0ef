package dev.muster.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.muster.election.ElectionStanding;
import dev.muster.group.GroupName;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.key.Role;
import dev.muster.service.BindStatus;
import dev.muster.service.Exit;
import dev.muster.service.HealthReport;
import dev.muster.service.LoadOutcome;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import dev.muster.service.SpecCodec;
import dev.muster.service.Topology;
import dev.muster.update.Updates;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The services of this node. */
@RestController
@RequestMapping("/v1/services")
final class ServiceController {

    private final ServiceControl control;

    private final Services services;

    private final ElectionControl elections;

    private final ServiceGroupRegistry registry;

    private final Updates updates;

    private final InstantSource clock;

    ServiceController(ServiceControl control, Services services, ElectionControl elections,
            ServiceGroupRegistry registry, Updates updates, InstantSource clock) {
        this.control = control;
        this.services = services;
        this.elections = elections;
        this.registry = registry;
        this.updates = updates;
        this.clock = clock;
    }

    @GetMapping
    List<ServiceLine> services(HttpServletRequest request) {
        Caller caller = Caller.of(request);
        return this.services.statuses()
            .stream()
            .filter((status) -> caller.sees(status.group()))
            .map(this::line)
            .toList();
    }

    @GetMapping("/{name}")
    ServiceDetail service(@PathVariable String name) {
        ServiceStatus status = this.services.status(name);
        UpdateLine update = this.updates.status(name)
            .map((known) -> UpdateLine.of(known, this.updates.next(GroupName.parse(status.group()))))
            .orElse(null);
        return ServiceDetail.of(line(status), status, election(status), update);
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ServiceLine> load(@PathVariable String name, @RequestParam(defaultValue = "false") boolean force,
            @RequestBody Map<String, Object> body, HttpServletRequest request) {
        requireKnown(body.keySet());
        ServiceSpec spec = SpecCodec.read(body);
        Caller.of(request).require(Role.OPERATE, this.control.group(spec).toString());
        if (!spec.name().equals(name)) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "The service of " + spec.ident() + " is called " + spec.name() + ", not " + name);
        }
        LoadOutcome outcome = this.control.load(spec, force);
        return ResponseEntity.status((outcome == LoadOutcome.LOADED) ? HttpStatus.CREATED : HttpStatus.OK)
            .body(line(this.services.status(name)));
    }

    @PostMapping(path = "/{name}/changes", consumes = MediaType.APPLICATION_JSON_VALUE)
    ServiceDetail change(@PathVariable String name, @RequestBody Map<String, @Nullable Object> body,
            HttpServletRequest request) {
        requireKnown(body.keySet());
        if (body.isEmpty()) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "Nothing is to be changed; name keys of the spec, with null for the usual value");
        }
        ServiceSpec spec = SpecCodec.change(this.services.status(name).spec(), body);
        Caller.of(request).require(Role.OPERATE, this.control.group(spec).toString());
        this.control.update(name, body);
        return service(name);
    }

    private static void requireKnown(Set<String> keys) {
        TreeSet<String> unknown = new TreeSet<>(keys);
        unknown.removeAll(SpecCodec.KEYS);
        if (!unknown.isEmpty()) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "A service has no " + String.join(", ", unknown) + "; it has " + new TreeSet<>(SpecCodec.KEYS));
        }
    }

    @DeleteMapping("/{name}")
    ResponseEntity<ServiceLine> unload(@PathVariable String name,
            @RequestParam(name = "shutdown-timeout", required = false) @Nullable String timeout) {
        ServiceLine before = line(this.services.status(name));
        this.control.unload(name, timeout(timeout));
        return ResponseEntity.accepted().body(before);
    }

    @PostMapping("/{name}/start")
    ResponseEntity<ServiceLine> start(@PathVariable String name) {
        this.control.start(name);
        return ResponseEntity.accepted().body(line(this.services.status(name)));
    }

    @PostMapping("/{name}/stop")
    ResponseEntity<ServiceLine> stop(@PathVariable String name,
            @RequestParam(name = "shutdown-timeout", required = false) @Nullable String timeout) {
        this.control.stop(name, timeout(timeout));
        return ResponseEntity.accepted().body(line(this.services.status(name)));
    }

    private static Optional<Duration> timeout(@Nullable String text) {
        return Optional.ofNullable(text).map((value) -> Durations.parse("shutdown-timeout", value));
    }

    private Optional<ElectionStanding> standing(ServiceStatus status) {
        return (status.spec().topology() == Topology.LEADER) ? this.elections.standing(GroupName.parse(status.group()))
                : Optional.empty();
    }

    private @Nullable ElectionLine election(ServiceStatus status) {
        return standing(status).flatMap((standing) -> this.registry.group(GroupName.parse(status.group())))
            .map((group) -> ElectionLine.of(group, this.elections))
            .orElse(null);
    }

    /** What it is to its group. */
    private static String role(ElectionStanding standing) {
        return switch (standing.phase()) {
            case FINISHED -> standing.leading() ? "leader" : "follower";
            case NONE, RUNNING -> "electing";
            case NO_QUORUM -> "no-quorum";
        };
    }

    private ServiceLine line(ServiceStatus status) {
        return new ServiceLine(status.name(), status.group(), status.ident().toString(), status.desired().wireName(),
                status.stateName(), status.pid().isPresent() ? status.pid().getAsLong() : null, status.since(),
                Math.max(0, Duration.between(status.since(), this.clock.instant()).toSeconds()),
                status.revision().orElse(null), status.health().wireName(), status.rung().wireName(),
                status.reason().isEmpty() ? null : status.reason(), status.runsAs().orElse(null), status.lastResort(),
                status.unconfirmed(), status.restarts(), status.crashLooping(), status.spec().topology().wireName(),
                standing(status).map(ServiceController::role).orElse(null), this.control.warnings(status.spec()));
    }

    /**
     * A service in a list.
     *
     * @param elapsed seconds since {@code since}
     * @param user who runs it; with {@code lastResort} because there was nobody but root
     * @param role {@code leader} or {@code follower}; {@code electing} or
     * {@code no-quorum} while nobody leads; null where nobody is to lead
     * @param warnings what is not as it should be with how it is loaded
     */
    record ServiceLine(String name, String group, String ident, String desired, String state, @Nullable Long pid,
            Instant since, long elapsed, @Nullable String revision, String health, String rung, @Nullable String reason,
            @Nullable String user, boolean lastResort, boolean unconfirmed, int restarts, boolean crashLooping,
            String topology, @Nullable String role, List<String> warnings) {
    }

    /**
     * One service, with what would be too much in a list.
     *
     * @param healthSince when {@code health} was reached
     * @param healthChecked when the hook last ended; null where there is none
     * @param healthReason why, where there is more to say than the word
     * @param healthOutput the end of what the hook printed then
     * @param healthErrors the end of what it printed as errors
     * @param lastExit how its process ended last, if one has since the node started
     * @param election of its group; null where nobody is to lead
     * @param updates how it stands to new releases of its package; null just after it was
     * loaded
     * @param spec by which it is loaded, with the keys of the spec file
     * @param binds how it stands to the groups that it is bound to
     */
    record ServiceDetail(@JsonUnwrapped ServiceLine line, Instant healthSince, @Nullable Instant healthChecked,
            @Nullable String healthReason, String healthOutput, String healthErrors, @Nullable LastExit lastExit,
            @Nullable ElectionLine election, @Nullable UpdateLine updates, Map<String, Object> spec,
            List<BindStatus> binds) {

        static ServiceDetail of(ServiceLine line, ServiceStatus status, @Nullable ElectionLine election,
                @Nullable UpdateLine updates) {
            HealthReport health = status.healthReport();
            return new ServiceDetail(line, health.since(), health.checked().orElse(null),
                    health.reason().isEmpty() ? null : health.reason(), health.output(), health.errors(),
                    status.lastExit().map(LastExit::of).orElse(null), election, updates, SpecCodec.write(status.spec()),
                    status.binds());
        }

    }

    /**
     * How a process ended.
     *
     * @param code 128 and the signal's number for one that was killed; null where nobody
     * can know it
     * @param text the same for people
     */
    record LastExit(long pid, @Nullable Integer code, Instant time, String text) {

        static LastExit of(Exit exit) {
            return new LastExit(exit.pid(), exit.code().isPresent() ? exit.code().getAsInt() : null, exit.at(),
                    exit.toString());
        }

    }

}
