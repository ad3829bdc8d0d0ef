package dev.muster.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
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

    private final MemberId self;

    private final Services services;

    private final ServiceGroupRegistry registry;

    private final Replica replica;

    private final CensusDocument census;

    private final ElectionControl elections;

    private final PrometheusMeterRegistry meters;

    private final Supplier<NodeStatus> node;

    ReadController(Supplier<NodeStatus> node, Services services, ServiceGroupRegistry registry, Replica replica,
            RevisionContents contents, ElectionControl elections, PrometheusMeterRegistry meters) {
        this.node = node;
        this.self = new MemberId(node.get().memberId());
        this.services = services;
        this.registry = registry;
        this.replica = replica;
        this.census = new CensusDocument(this.self, registry, contents, elections);
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
        return ServiceDocument.of(status, root, this.elections.standing(GroupName.parse(status.group())));
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
        Map<String, Object> members = new LinkedHashMap<>();
        Map<String, Object> health = new LinkedHashMap<>();
        this.replica.view().members().values().forEach((peer) -> {
            int colon = peer.address().lastIndexOf(':');
            int port = Integer.parseInt(peer.address().substring(colon + 1));
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("id", peer.id().hex());
            member.put("incarnation", peer.incarnation());
            member.put("address", peer.address().substring(0, colon));
            member.put("swim_port", port);
            member.put("gossip_port", port);
            member.put("persistent", true);
            member.put("departed", false);
            members.put(peer.id().hex(), member);
            health.put(peer.id().hex(), "Alive");
        });
        Map<String, Object> services = new LinkedHashMap<>();
        Map<String, Object> configs = new LinkedHashMap<>();
        for (GroupSnapshot group : this.registry.groups().values()) {
            group.current()
                .ifPresent((current) -> configs.put(group.name().toString(),
                        Map.of("service_config",
                                Map.of("service_group", group.name().toString(), "incarnation", current.number(),
                                        "encrypted", current.envelope().isPresent(), "revision", current.id()))));
            Map<String, Object> here = new LinkedHashMap<>();
            group.members()
                .values()
                .forEach((member) -> here.put(member.id().hex(),
                        Map.of("member_id", member.id().hex(), "service_group", group.name().toString(), "pkg",
                                member.state().map((state) -> state.ident()).orElse(member.ident()))));
            if (!here.isEmpty()) {
                services.put(group.name().toString(), here);
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("member", Map.of("members", members, "health", health, "update_counter", 0));
        document.put("service", rumors(services));
        document.put("service_config", rumors(configs));
        document.put("election", rumors(elections()));
        for (String kind : List.of("service_file", "election_update", "departure")) {
            document.put(kind, rumors(Map.of()));
        }
        return document;
    }

    /** Who was said to lead, in the shape of the one rumor of a group. */
    private Map<String, Object> elections() {
        Map<String, Object> elections = new LinkedHashMap<>();
        this.registry.groups().values().forEach((group) -> group.leads().ifPresent((leads) -> {
            String name = group.name().toString();
            elections.put(name,
                    Map.of("election",
                            Map.of("member_id", leads.member().hex(), "service_group", name, "term", leads.term(),
                                    "suitability", 0, "status", "Finished", "votes",
                                    group.voters().stream().map(MemberId::hex).toList())));
        }));
        return elections;
    }

    private static Map<String, Object> rumors(Map<String, Object> list) {
        return Map.of("list", list, "update_counter", 0);
    }

    @GetMapping(path = "/metrics", produces = "text/plain;version=0.0.4;charset=utf-8")
    String metrics() {
        return this.meters.scrape();
    }

}
