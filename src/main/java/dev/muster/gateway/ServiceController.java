package dev.muster.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import dev.muster.service.LoadOutcome;
import dev.muster.service.MalformedSpecException;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import dev.muster.service.SpecCodec;
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

    private final InstantSource clock;

    ServiceController(ServiceControl control, Services services, InstantSource clock) {
        this.control = control;
        this.services = services;
        this.clock = clock;
    }

    @GetMapping
    List<ServiceLine> services() {
        return this.services.statuses().stream().map(this::line).toList();
    }

    @GetMapping("/{name}")
    ServiceLine service(@PathVariable String name) {
        return line(this.services.status(name));
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ServiceLine> load(@PathVariable String name, @RequestParam(defaultValue = "false") boolean force,
            @RequestBody Map<String, Object> body) {
        TreeSet<String> unknown = new TreeSet<>(body.keySet());
        unknown.removeAll(SpecCodec.KEYS);
        if (!unknown.isEmpty()) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "A service has no " + String.join(", ", unknown) + "; it has " + new TreeSet<>(SpecCodec.KEYS));
        }
        ServiceSpec spec;
        try {
            spec = SpecCodec.read(body);
        }
        catch (MalformedSpecException ex) {
            throw new ProblemException(ProblemType.INVALID_NAME, ex.getMessage());
        }
        if (!spec.name().equals(name)) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "The service of " + spec.ident() + " is called " + spec.name() + ", not " + name);
        }
        LoadOutcome outcome = this.control.load(spec, force);
        return ResponseEntity.status((outcome == LoadOutcome.LOADED) ? HttpStatus.CREATED : HttpStatus.OK)
            .body(service(name));
    }

    @DeleteMapping("/{name}")
    ResponseEntity<ServiceLine> unload(@PathVariable String name,
            @RequestParam(name = "shutdown-timeout", required = false) @Nullable String timeout) {
        ServiceLine before = service(name);
        this.control.unload(name, timeout(timeout));
        return ResponseEntity.accepted().body(before);
    }

    @PostMapping("/{name}/start")
    ResponseEntity<ServiceLine> start(@PathVariable String name) {
        this.control.start(name);
        return ResponseEntity.accepted().body(service(name));
    }

    @PostMapping("/{name}/stop")
    ResponseEntity<ServiceLine> stop(@PathVariable String name,
            @RequestParam(name = "shutdown-timeout", required = false) @Nullable String timeout) {
        this.control.stop(name, timeout(timeout));
        return ResponseEntity.accepted().body(service(name));
    }

    private static Optional<Duration> timeout(@Nullable String text) {
        return Optional.ofNullable(text).map((value) -> Durations.parse("shutdown-timeout", value));
    }

    private ServiceLine line(ServiceStatus status) {
        return new ServiceLine(status.name(), status.group(), status.ident().toString(), status.desired().wireName(),
                status.stateName(), status.pid().isPresent() ? status.pid().getAsLong() : null, status.since(),
                Math.max(0, Duration.between(status.since(), this.clock.instant()).toSeconds()),
                status.revision().orElse(null), status.health().wireName(), status.rung().wireName(),
                status.reason().isEmpty() ? null : status.reason(), status.runsAs().orElse(null), status.lastResort(),
                status.unconfirmed(), status.restarts(), status.crashLooping(), status.spec().topology().wireName());
    }

    /**
     * A service in a list.
     *
     * @param elapsed seconds since {@code since}
     * @param user who runs it; with {@code lastResort} because there was nobody but root
     */
    record ServiceLine(String name, String group, String ident, String desired, String state, @Nullable Long pid,
            Instant since, long elapsed, @Nullable String revision, String health, String rung, @Nullable String reason,
            @Nullable String user, boolean lastResort, boolean unconfirmed, int restarts, boolean crashLooping,
            String topology) {
    }

}
