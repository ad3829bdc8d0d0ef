package dev.muster.gateway;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The node itself, and the ring as it sees it. */
@RestController
@RequestMapping("/v1")
final class NodeController {

    private final Supplier<NodeStatus> node;

    private final Replica replica;

    private final NodeControl control;

    NodeController(Supplier<NodeStatus> node, Replica replica, NodeControl control) {
        this.node = node;
        this.replica = replica;
        this.control = control;
    }

    @GetMapping("/node")
    NodeStatus node() {
        return this.node.get();
    }

    @PostMapping("/node/stop")
    ResponseEntity<NodeStatus> stop() {
        NodeStatus before = this.node.get();
        this.control.stop();
        return ResponseEntity.accepted().body(before);
    }

    @PostMapping("/node/restart")
    ResponseEntity<NodeStatus> restart() {
        NodeStatus before = this.node.get();
        this.control.restart();
        return ResponseEntity.accepted().body(before);
    }

    @GetMapping("/ring")
    RingAnswer ring() {
        NodeStatus self = this.node.get();
        return new RingAnswer(self.ring(),
                this.replica.view()
                    .members()
                    .values()
                    .stream()
                    .map((peer) -> MemberLine.of(peer, self.memberId()))
                    .toList());
    }

    @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
    ClassPathResource openApi() {
        return new ClassPathResource("openapi.json", NodeController.class);
    }

    /** Who is present. */
    record RingAnswer(String ring, List<MemberLine> members) {
    }

    /**
     * One that is present.
     *
     * @param self whether that is the node that answers
     */
    record MemberLine(String id, String name, String address, boolean self, long incarnation,
            Map<String, String> labels) {

        static MemberLine of(RingView.Peer peer, String self) {
            return new MemberLine(peer.id().hex(), peer.name(), peer.address(), peer.id().hex().equals(self),
                    peer.incarnation(), peer.labels());
        }

    }

}
