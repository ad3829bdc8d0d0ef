package dev.muster.gateway;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The keys of the ring: which, and a new one. */
@RestController
@RequestMapping("/v1/ring/keys")
public final class RingKeyController {

    private final Optional<RingKeyControl> keys;

    public RingKeyController(Optional<RingKeyControl> keys) {
        this.keys = keys;
    }

    @GetMapping
    CompletableFuture<RingKeyControl.Answer> keys() {
        return control().keys();
    }

    @PostMapping("/rotate")
    RingKeyControl.Answer rotate(@RequestParam(name = "without-away", defaultValue = "false") boolean withoutAway) {
        // Waits, since an answer that is to be given again is kept when this returns.
        return control().rotate(withoutAway).join();
    }

    private RingKeyControl control() {
        return this.keys.orElseThrow(() -> new ProblemException(ProblemType.CONFLICT,
                "This node runs without a ring key, so there is none to show or to change; make one with 'muster ring"
                        + " key generate', bring it to all hosts, and restart the nodes without --insecure"));
    }

}
