package dev.muster.gateway;

import java.util.function.Supplier;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The node itself. */
@RestController
@RequestMapping("/v1")
final class NodeController {

    private final Supplier<NodeStatus> node;

    private final NodeControl control;

    NodeController(Supplier<NodeStatus> node, NodeControl control) {
        this.node = node;
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

    @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
    ClassPathResource openApi() {
        return new ClassPathResource("openapi.json", NodeController.class);
    }

}
