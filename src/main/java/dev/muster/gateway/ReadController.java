package dev.muster.gateway;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.muster.group.Departures;
import dev.muster.group.GroupName;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The read gateway, in Habitat's paths and shapes; served from what was published last,
 * never waiting for a loop.
 */
@RestController
final class ReadController {

    private static final String INDEX = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Muster</title></head><body>
            <h1>Muster: read gateway</h1>
            <ul>
            <li><a href="/services">/services</a>: the services of this node;
              /services/NAME/GROUP[/ORG], and below it /config and /health</li>
            <li><a href="/census">/census</a>: every group of the ring</li>
            <li><a href="/butterfly">/butterfly</a>: who is present, and the facts that are passed on</li>
            <li><a href="/metrics">/metrics</a>, <a href="/actuator/prometheus">/actuator/prometheus</a></li>
            <li><a href="/actuator/health">/actuator/health</a>, with /liveness and /readiness;
              <a href="/actuator/info">/actuator/info</a></li>
            </ul>
            </body></html>
            """;

    private static final Pattern GROUP_LABEL = Pattern.compile("^[^{ ]+\\{(?:.*,)?group=\"([^\"]*)\"");

    private final Services services;

    private final ServiceControl control;

    private final CensusDocument census;

    private final ButterflyDocument butterfly;

    private final ElectionControl elections;

    private final PrometheusMeterRegistry meters;

    private final Supplier<NodeStatus> node;

    ReadController(Supplier<NodeStatus> node, Services services, ServiceGroupRegistry registry, Replica replica,
            Departures departures, RevisionContents contents, ElectionControl elections, ServiceControl control,
            PrometheusMeterRegistry meters) {
        this.node = node;
        this.services = services;
        this.control = control;
        MemberId self = new MemberId(node.get().memberId());
        this.census = new CensusDocument(self, registry, contents, elections);
        this.butterfly = new ButterflyDocument(self, replica, registry, departures);
        this.elections = elections;
        this.meters = meters;
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    String index() {
        return INDEX;
    }

    @GetMapping("/services")
    List<Map<String, @Nullable Object>> services(HttpServletRequest request) {
        Caller caller = Caller.of(request);
        String root = this.node.get().root();
        return this.services.statuses()
            .stream()
            .filter((status) -> caller.sees(status.group()))
            .map((status) -> document(status, root))
            .toList();
    }

    @GetMapping("/services/{name}/{group}")
    Map<String, @Nullable Object> service(@PathVariable String name, @PathVariable String group) {
        return document(find(name, group, null), this.node.get().root());
    }

    private Map<String, @Nullable Object> document(ServiceStatus status, String root) {
        return ServiceDocument.of(status, root, this.elections.standing(GroupName.parse(status.group())),
                this.control.sys(), this.services.backoff());
    }

    /**
     * An organization cannot be called config or health, so the last word tells what is
     * asked for.
     */
    @GetMapping("/services/{name}/{group}/{what}")
    ResponseEntity<Object> part(@PathVariable String name, @PathVariable String group, @PathVariable String what) {
        return switch (what) {
            case "config" -> ResponseEntity.ok(find(name, group, null).cfg());
            case "health" -> health(find(name, group, null));
            default -> ResponseEntity.ok(document(find(name, group, what), this.node.get().root()));
        };
    }

    @GetMapping("/services/{name}/{group}/{org}/config")
    Map<String, Object> config(@PathVariable String name, @PathVariable String group, @PathVariable String org) {
        return find(name, group, org).cfg();
    }

    @GetMapping("/services/{name}/{group}/{org}/health")
    ResponseEntity<Object> health(@PathVariable String name, @PathVariable String group, @PathVariable String org) {
        return health(find(name, group, org));
    }

    private static ResponseEntity<Object> health(ServiceStatus status) {
        HttpStatus code = switch (status.health()) {
            case OK, WARNING -> HttpStatus.OK;
            case CRITICAL -> HttpStatus.SERVICE_UNAVAILABLE;
            case UNKNOWN -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
        return ResponseEntity.status(code).body(ServiceDocument.health(status));
    }

    private ServiceStatus find(String name, String group, @Nullable String org) {
        String wanted = new GroupName(name, group, org).toString();
        return this.services.statuses()
            .stream()
            .filter((status) -> status.group().equals(wanted))
            .findFirst()
            .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND,
                    "This node does not run " + wanted + "; /services lists what it runs"));
    }

    @GetMapping("/census")
    Map<String, Object> census() {
        return this.census.document();
    }

    @GetMapping("/butterfly")
    Map<String, Object> butterfly() {
        return this.butterfly.document();
    }

    /** Those of a group are for who may see it. */
    @GetMapping(path = { "/metrics", "/actuator/prometheus" }, produces = "text/plain;version=0.0.4;charset=utf-8")
    String metrics(HttpServletRequest request) {
        Caller caller = Caller.of(request);
        return this.meters.scrape().lines().filter((line) -> {
            Matcher group = GROUP_LABEL.matcher(line);
            return !group.find() || caller.sees(group.group(1));
        }).collect(Collectors.joining("\n", "", "\n"));
    }

}
