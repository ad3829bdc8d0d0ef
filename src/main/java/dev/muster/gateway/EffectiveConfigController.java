package dev.muster.gateway;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.muster.config.ExplainedValue;
import dev.muster.config.Layer;
import dev.muster.config.Layers;
import dev.muster.config.Toml;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The configuration that a member of a group has. Two of its layers are on that member's
 * disk, so each node tells its own, and names the others to whoever asks for theirs.
 */
@RestController
@RequestMapping("/v1/groups/{group}/config")
final class EffectiveConfigController {

    private static final String TOML = "application/toml";

    private final Supplier<NodeStatus> node;

    private final Services services;

    private final ServiceGroupRegistry registry;

    EffectiveConfigController(Supplier<NodeStatus> node, Services services, ServiceGroupRegistry registry) {
        this.node = node;
        this.services = services;
        this.registry = registry;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> json(@PathVariable String group, @RequestParam(defaultValue = "false") boolean explain,
            @RequestParam(required = false) @Nullable String member) {
        Effective effective = effective(group, member);
        return tagged(effective).body(explain ? explanation(effective) : effective.merged());
    }

    @GetMapping(produces = TOML)
    ResponseEntity<String> toml(@PathVariable String group, @RequestParam(defaultValue = "false") boolean explain,
            @RequestParam(required = false) @Nullable String member) {
        Effective effective = effective(group, member);
        String text = explain
                ? ExplainedValue.text(Layers.explain(effective.layers), (layer) -> source(effective, layer))
                : Toml.write(effective.merged());
        String revision = effective.revision.map((current) -> ", revision " + source(effective, current)).orElse("");
        return tagged(effective).contentType(MediaType.parseMediaType(TOML + ";charset=utf-8"))
            .body("# " + effective.group + " on " + this.node.get().name() + revision + "\n" + text);
    }

    private static ResponseEntity.BodyBuilder tagged(Effective effective) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        effective.revision.ifPresent((revision) -> answer.eTag('"' + revision + '"'));
        return answer;
    }

    private Map<String, @Nullable Object> explanation(Effective effective) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("group", effective.group.toString());
        answer.put("member", this.node.get().memberId());
        answer.put("name", this.node.get().name());
        answer.put("revision", effective.revision.orElse(null));
        answer.put("values", Layers.explain(effective.layers).stream().map((value) -> {
            Optional<Revision> revision = revision(effective.group, value.layer());
            return new ValueLine(value.path(), value.value(), revision.isPresent() ? "applied" : value.layer(),
                    revision.map(Revision::id).orElse(null), revision.map(Revision::author).orElse(null),
                    revision.map(Revision::time).orElse(null));
        }).toList());
        return answer;
    }

    /** A layer's name, with its author where it is a revision. */
    private String source(Effective effective, String layer) {
        return revision(effective.group, layer)
            .map((revision) -> ProblemAdvice.told(revision)
                    + revision.envelope().map((envelope) -> ", " + envelope.text()).orElse(""))
            .orElse(layer);
    }

    private Optional<Revision> revision(GroupName group, String id) {
        return this.registry.group(group)
            .flatMap((known) -> known.revisions().stream().filter((revision) -> revision.id().equals(id)).findFirst());
    }

    private Effective effective(String text, @Nullable String member) {
        GroupName group = GroupName.parse(text);
        NodeStatus self = this.node.get();
        if (member != null && !member.equals(self.name()) && !member.equals(self.memberId())) {
            throw elsewhere(group, "The configuration of " + member + " is known to it alone", member);
        }
        ServiceStatus status = this.services.statuses()
            .stream()
            .filter((known) -> known.group().equals(group.toString()))
            .findFirst()
            .orElseThrow(() -> elsewhere(group, self.name() + " does not run " + group, null));
        List<Layer> layers = this.services.layers(status.name());
        String last = layers.get(layers.size() - 1).name();
        return new Effective(group, layers, revision(group, last).map(Revision::id));
    }

    /** Says whom to ask. */
    private ProblemException elsewhere(GroupName group, String why, @Nullable String member) {
        String self = this.node.get().memberId();
        List<GroupSnapshot.Member> others = this.registry.group(group)
            .map(GroupSnapshot::members)
            .map((members) -> List.copyOf(members.values()))
            .orElse(List.of())
            .stream()
            .filter((other) -> !other.id().hex().equals(self))
            .toList();
        List<GroupSnapshot.Member> named = others.stream()
            .filter((other) -> other.name().equals(member) || other.id().hex().equals(member))
            .toList();
        if (member != null && named.isEmpty()) {
            return new ProblemException(ProblemType.NOT_FOUND, "No member " + member + " runs " + group + "; "
                    + (others.isEmpty() ? "no other member does" : "those that do: " + addresses(others)));
        }
        List<GroupSnapshot.Member> meant = named.isEmpty() ? others : named;
        return new ProblemException(ProblemType.NOT_FOUND,
                why + (meant.isEmpty() ? ", and neither does another member" : "; ask with " + addresses(meant)));
    }

    private static String addresses(List<GroupSnapshot.Member> members) {
        return members.stream()
            .map((member) -> member.state()
                .filter((state) -> member.present())
                .map((state) -> "--remote-sup " + host(state.host().ctlIp()) + ":" + state.host().ctlPort() + " ("
                        + member.name() + ")")
                .orElse(member.name() + ", which is away"))
            .collect(Collectors.joining(", "));
    }

    private static String host(String ip) {
        return ip.contains(":") ? "[" + ip + "]" : ip;
    }

    /**
     * What holds for this node's service.
     *
     * @param revision id of the one that is among the layers, if one is
     */
    private record Effective(GroupName group, List<Layer> layers, Optional<String> revision) {

        Map<String, Object> merged() {
            return Layers.shown(this.layers);
        }

    }

    /**
     * A value.
     *
     * @param key as TOML writes it, with dots
     * @param layer that it is from; {@code applied} for a revision
     * @param revision id of that one, null for other layers, as author and time
     */
    record ValueLine(String key, Object value, String layer, @Nullable String revision, @Nullable String author,
            @Nullable Instant time) {
    }

}
